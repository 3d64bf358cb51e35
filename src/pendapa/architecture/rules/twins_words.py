"""Word data of the twins rule: generic words, words of places and offices, spellings, and the purposes.

Pure data. A *purpose* ("fungsi umum") is a job that many offices do in the same way, told by the words Indonesian
inventories use for it. The first eight are the fields in which Perpres 95/2018, Pasal 63(3), forbids local copies of
an Aplikasi Umum: planning, budgeting, procurement, accountability, monitoring and evaluation, archives, personnel,
complaints. The others are jobs that local governments are seen to build again and again.

Pattern language (matched on lower-case text without punctuation):
`a b` words beside one another · `a|b` either word · `a*`, `*a` any letters · `a ~ b` at most three words between.
A word may carry a usual prefix of system names (`si`, `sim`, `e`, `info`, `web`): `gaji` also finds "simgaji".
"""

from __future__ import annotations

from dataclasses import dataclass


def _words(text: str) -> frozenset[str]:
    """A set from words written with spaces between."""
    return frozenset(text.split())


# Words that say "a system", not which one; verbs every inventory uses of every system; filler.
GENERIC = _words(
    """
    a adalah aplikasi app apps application ada agar akan alat antara arti atas atau android bagi baik bagian beberapa
    berbasis berbagai berfungsi berikut berisi bersifat berupa bisa buah cara cepat cloud dalam dan dapat dari data
    database dashboard dengan desktop dekstop di digital digunakan dilakukan diri dll dunia e efektif efisien electronic
    elektronik fasilitas fungsi generik guna hal hasil informasi information informatika ini ios itu jaringan juga kepada
    kegiatan keperluan kebutuhan kerja khusus khususnya kota kabupaten kab lain lainnya laporan lingkungan lokal maka
    maupun masyarakat media melakukan melalui melaporkan melayani melihat memantau membantu memberi memberikan membuat
    memfasilitasi memiliki mempercepat mempermudah memuat memudahkan menampilkan mencatat mendata mendukung
    meneruskan menerima mengelola mengetahui menggunakan menghitung mengolah menginput mengirim mengintegrasikan
    mengupload menjadi menu menunjang menyajikan menyediakan menyimpan merekap merupakan mobile modern mudah nasional
    nya oleh olah online operasional opd pada para pelaksanaan pelayanan pelaporan pemerintah pemerintahan pencatatan
    pendataan pengelolaan pengguna pengolahan penggunaan penyedia penyediaan penyimpanan perangkat portal proses program
    project provinsi prov publik pusat realtime real rangka resmi saat sarana satu sebagai sebuah secara sehingga
    seluruh semua seperti serta sesuai si sim simulasi sistem sistim siste skpd smart software sub subdomain suatu sudah
    system tahun tata teknologi tentang terdapat terhadap terintegrasi terkait terpadu tersebut the time tidak ti tik
    tools untuk utk user v versi via web website webportal www yaitu yang
    """
)

# Kinds of territory below the city or regency; the words after them name a place.
TERRITORY = _words("kecamatan kec kelurahan kel desa gampong nagari kampung pekon distrik dusun lurah camat")
REGION = frozenset(("kota", "kabupaten", "kab", "provinsi", "prov", "pemkot", "pemkab", "pemprov"))
# "desa wisata", "kelurahan siaga": a kind of village, not a village.
NOT_PLACES = _words(
    "wisata adat cantik mandiri sehat siaga tangguh pintar ramah binaan bersinar maju cerdas sejahtera layak"
)
HOSPITALS = frozenset(("rsud", "puskesmas"))

# Words (and beginnings) that name an office; an office's own name says nothing about the kind of an application.
OFFICE = _words(
    """
    dinas badan bagian bidang seksi biro kantor inspektorat sekretariat setda sekda setwan dprd opd skpd upt uptd blud
    rsud rumahsakit bappeda bapelitbang bapenda bkd bkpsdm bkpp bpkad bpkd bpbd dlh dlhk dpmptsp dpmd pupr dpupr satpol
    kesbangpol kominfo diskominfo perumda pdam walikota bupati
    """
)
OFFICE_BEGINNINGS = ("disdik", "diskom", "dishub", "disnak", "dinkes", "dinsos", "disdag", "disper", "dispus", "dispar",
                     "disbud", "distan", "diskop", "dispora", "disduk", "kemen", "kominfo")  # fmt: skip

# Words that make an address book of words of one kind: spellings that inventories mix.
SPELLING = {
    "ijin": "izin", "perijinan": "perizinan", "perijian": "perizinan", "asset": "aset", "assets": "aset",
    "antri": "antre", "antrian": "antrean", "akutansi": "akuntansi", "akuntasi": "akuntansi", "accounting": "akuntansi",
    "absen": "presensi", "absensi": "presensi", "analisa": "analisis", "monitoring": "pemantauan", "lalin": "lalulintas",
    "akte": "akta", "karyawan": "pegawai", "rekruitmen": "rekrutmen", "jadual": "jadwal", "kwitansi": "kuitansi",
    "inventori": "inventory", "geospatial": "geospasial", "geographic": "geografis", "praktek": "praktik",
}  # fmt: skip

WEBSITE_WORDS = frozenset({"web", "website", "situs", "portal", "homepage", "webportal", "subdomain"})


@dataclass(frozen=True, slots=True)
class Purpose:
    """A job known by its words. A *broad* one alone never makes twins: subjects must agree as well."""

    key: str
    label_id: str
    label_en: str
    patterns: tuple[str, ...]
    unless: tuple[str, ...] = ()
    broad: bool = False


def _purpose(
    key: str, label_id: str, label_en: str, patterns: str, unless: str = "", broad: bool = False
) -> Purpose:
    """A purpose from comma-separated patterns."""

    def parts(text: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in text.split(",") if part.strip())

    return Purpose(key, label_id, label_en, parts(patterns), parts(unless), broad)


TERRITORY_PURPOSE = "territory"
WEBSITE_PURPOSE = "website"

PURPOSES: tuple[Purpose, ...] = (
    # The eight fields of Perpres 95/2018 Pasal 63(3).
    _purpose("planning", "perencanaan", "planning",
             "perencanaan, planning, rencana pembangunan, musrenbang*, rkpd, rpjmd, renstra, renja",
             broad=True),
    _purpose("budgeting", "penganggaran", "budgeting", "*anggaran*, budgeting, rka, rkas, rapbd", broad=True),
    _purpose("procurement", "pengadaan", "procurement",
             "pengadaan barang|jasa, pengadaan secara elektronik, pelelangan, lelang, tender, lpse, spse, eproc*, "
             "e procurement, katalog elektronik", "rencana umum pengadaan"),
    _purpose("accountability", "akuntabilitas kinerja", "performance accountability",
             "sakip, esakip, lakip, lkjip, akuntabilitas kinerja, perjanjian kinerja"),
    _purpose("monitoring", "pemantauan dan evaluasi", "monitoring and evaluation",
             "monev, simonev, emonev, pemantauan|pengawasan|pengendalian dan evaluasi", broad=True),
    # SRIKANDI, the national application of the field of archives, carries letters and archives together.
    _purpose("records", "naskah dinas dan kearsipan", "letters and archives",
             "arsip, kearsipan, pengarsipan, naskah dinas, tnde, surat masuk|keluar, disposisi, persuratan, "
             "surat menyurat, e surat, esurat, surat dinas|elektronik, e office, eoffice, srikandi, agenda surat"),
    _purpose("personnel", "kepegawaian", "personnel",
             "simpeg, kepegawaian, administrasi|manajemen|data ~ pegawai, gaji dan pegawai, tenaga kontrak|honorer|harian, "
             "pegawai kontrak|honorer|tetap, kenaikan pangkat, kenaikan gaji berkala, hris, mutasi pegawai, cuti"),
    _purpose("complaints", "pengaduan", "complaints",
             "pengaduan, aduan, keluhan, lapor, sp4n, whistle* blow*, whistleblowing, aspirasi",
             "kekerasan ~ perempuan|anak, kdrt"),
    # Administration inside the offices.
    _purpose("attendance", "presensi pegawai", "attendance", "presensi*, absensi*, kehadiran, fingerprint, daftar hadir"),
    _purpose("staff_performance", "kinerja pegawai", "performance of staff",
             "e kinerja, ekinerja, kinerja pegawai|asn|pns|harian, sasaran kinerja|kerja pegawai, skp, tunjangan kinerja, "
             "tambahan penghasilan, tpp, remunerasi"),
    _purpose("payroll", "penggajian", "payroll", "gaji, penggajian, payroll", "kenaikan gaji"),
    _purpose("workload", "analisis jabatan dan beban kerja", "job and workload analysis",
             "analisis jabatan|beban, anjab, abk, beban kerja, evaluasi jabatan, peta jabatan"),
    _purpose("training", "pelatihan pegawai", "training of staff", "diklat, bangkom, e learning, elearning, lms"),
    _purpose("assets", "aset dan barang milik daerah", "assets", "aset, barang milik, bmd, inventaris barang|kantor"),
    _purpose("stock", "persediaan barang", "stock of goods",
             "persediaan, inventory, barang habis pakai, gudang barang, stok|stock barang, atk, pergudangan",
             "obat, farmasi"),
    _purpose("finance", "keuangan dan akuntansi", "finance and accounting",
             "keuangan, akuntansi, general ledger, buku besar, sp2d, spj, bendahara", "fisik dan keuangan", broad=True),
    _purpose("bookkeeping", "penatausahaan keuangan", "keeping of accounts",
             "akuntansi, general ledger, buku besar, data|pengelolaan|penatausahaan|administrasi ~ keuangan",
             "fisik dan keuangan"),
    _purpose("procurement_plan", "rencana umum pengadaan", "announcement of procurement plans",
             "rencana umum pengadaan, rup"),
    _purpose("special_grants", "dana alokasi khusus", "special allocation funds",
             "dana alokasi khusus, pengusulan dak, usulan dak, dak fisik"),
    _purpose("progress", "realisasi fisik dan keuangan", "physical and financial progress",
             "realisasi|kemajuan|progres|progress|capaian ~ fisik, fisik dan keuangan, administrasi pembangunan"),
    _purpose("audit", "tindak lanjut pemeriksaan", "audit findings",
             "temuan pemeriksaan, hasil pemeriksa*, tindak lanjut hasil, tlhp, audit internal"),
    _purpose("documents", "pengelolaan dokumen", "document management",
             "manajemen|pengelolaan|mengelola dokumen, informasi dokumen, dokumen elektronik|digital, berbagi dokumen"),
    _purpose("booking", "peminjaman ruang dan sarana", "booking of rooms",
             "peminjaman|pemesanan|booking ~ ruang|ruangan|gedung|aula|kendaraan"),
    _purpose("guests", "buku tamu", "guest book", "buku tamu, kunjungan tamu, kunjungan ke opd|kantor|dinas, tamu online"),
    _purpose("meetings", "rapat dan agenda", "meetings and agenda",
             "notulen*, undangan rapat, agenda rapat|pimpinan|kegiatan, manajemen rapat, jadwal pimpinan"),
    _purpose("helpdesk", "layanan bantuan TI", "IT help desk", "helpdesk, help desk, service desk, tiket gangguan"),
    _purpose("messaging", "gerbang pesan", "message gateway", "sms|wa|whatsapp gateway, sms center|blast, wa blast"),
    _purpose("survey", "survei kepuasan", "satisfaction survey",
             "survei|survey kepuasan, skm, indeks kepuasan, kepuasan masyarakat|pelanggan"),
    # Services to the public.
    _purpose("queue", "antrean", "queue", "antri*, antre*, nomor urut pelayanan, queue*"),
    _purpose("licensing", "perizinan dan rekomendasi", "licences and recommendations",
             "perizinan, izin, rekomendasi online|teknis, rekomendasi jasa, surat rekomendasi, oss",
             "izin cuti|belajar|perceraian"),
    _purpose("emergency", "panggilan darurat", "emergency calls",
             "112, 119, panggilan ~ darurat|gawat|kegawatdaruratan, call center, nomor tunggal, panic button"),
    _purpose("disaster", "kebencanaan", "disasters", "bencana, kebencanaan, peringatan dini", broad=True),
    _purpose("traffic", "pemantauan lalu lintas", "traffic monitoring",
             "atcs, lalu lintas, lalulintas, traffic light|control, persimpangan, simpang jalan"),
    _purpose("cctv", "CCTV", "CCTV", "cctv, kamera pengawas|pemantau, video surveillance"),
    _purpose("tracking", "pelacakan kendaraan", "vehicle tracking",
             "gps, tracking, pelacakan, posisi ~ bus|kendaraan|armada, pergerakan ~ armada|kendaraan"),
    _purpose("prices", "harga pasar", "market prices",
             "harga ~ pasar|pokok|pangan|komoditas|komoditi|sembako|bapok, harga bahan, hargapasar"),
    _purpose(TERRITORY_PURPOSE, "administrasi kecamatan, desa dan kelurahan", "administration of villages and districts",
             "administrasi|pelayanan|informasi|layanan desa|kelurahan|kecamatan, surat keterangan desa|kelurahan, "
             "paten kecamatan", "keuangan desa, profil ~ desa"),
    _purpose("village_profile", "profil desa dan kelurahan", "profile of villages",
             "profil ~ desa|kelurahan, potensi desa, indeks desa, monografi"),
    _purpose("gis", "sistem informasi geografis", "geographic information",
             "gis, sig, geografis, geospasial, geo spasial, geoportal, geo portal, spasial, webgis, peta tematik|digital"),
    _purpose("data_portal", "portal dan pusat data", "data portal",
             "bank data, pusat data, satu data, open data, data terbuka, portal data, big data, data warehouse, gudang data, "
             "penyedia* data pembangunan|statistik|sektoral"),
    _purpose("ppid", "informasi publik (PPID)", "public information officer", "ppid, keterbukaan informasi"),
    _purpose("law", "dokumentasi hukum", "legal documents",
             "jdih, dokumentasi dan informasi hukum, dokumentasi hukum, produk hukum, peraturan perundang*"),
    _purpose("library", "perpustakaan", "library", "perpustakaan, opac, e book, ebook, buku elektronik|digital"),
    _purpose("referral", "rujukan pasien", "referral of patients", "rujukan"),
    _purpose("hospital", "rekam medis dan rumah sakit", "medical records",
             "rekam medis|medik, simrs, sim rs, emr, manajemen rumah sakit, simpus, manajemen puskesmas"),
    _purpose("medicines", "obat dan farmasi", "medicines", "distribusi|stok|persediaan|logistik obat, farmasi"),
    _purpose("enrolment", "penerimaan peserta didik", "school enrolment",
             "ppdb, spmb, peserta didik baru, penerimaan siswa|murid"),
    _purpose("jobs", "bursa kerja", "job market", "bursa kerja, lowongan, pencari kerja, pasar kerja"),
    _purpose("civil_registration", "administrasi kependudukan", "civil registration",
             "kependudukan, siak, dukcapil, akta kelahiran|kematian, kartu keluarga", "keterangan desa"),
    _purpose("poverty", "kemiskinan dan bantuan sosial", "poverty and social aid",
             "kemiskinan, masyarakat|keluarga|warga miskin, pmks, dtks, bansos, bantuan sosial, kesejahteraan sosial"),
    _purpose("housing", "rumah tidak layak huni", "unfit housing", "rutilahu, rtlh, tidak layak huni, bedah rumah"),
    _purpose("violence", "kekerasan perempuan dan anak", "violence against women and children",
             "kekerasan ~ perempuan|anak, kdrt"),
    _purpose("cooperatives", "koperasi", "cooperatives", "koperasi", broad=True),
    _purpose("commerce", "promosi dan niaga produk", "commerce", "e commerce, ecommerce, marketplace, toko online, "
             "mempromosikan produk*, promosi produk"),
    _purpose("tax", "pajak dan retribusi", "local taxes", "pajak, retribusi, bphtb, sptpd", broad=True),
    _purpose("parking", "parkir", "parking", "parkir, perparkiran", "pajak"),
    _purpose("grants", "hibah", "grants", "hibah", broad=True),
    _purpose("farm_data", "data pertanian", "farm data", "hortikultura, tanaman pangan, kelompok tani, pertanian", broad=True),
    _purpose(WEBSITE_PURPOSE, "situs web instansi", "website of an office",
             "website|situs resmi|instansi|opd|dinas|badan|kecamatan|kelurahan|desa, portal resmi|utama"),
)  # fmt: skip
