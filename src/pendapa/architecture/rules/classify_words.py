"""Word data of the suggestion of reference nodes: words that say nothing, and words that stand for an affair.

Pure data. A topic is told by the *name* of a node, not by its code: a newer national tree may number it otherwise, and
what it calls otherwise is simply not suggested. The words are those that inventories of local governments use; no
regulation settles them, so a suggestion is only ever offered.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    """A set from words written with spaces between."""
    return frozenset(text.split())


SILENT = _words(
    """
    ada administrasi agar akan aplikasi aspek atas atau badan bagi bagian baik berbagai berbasis bidang
    daerah dalam dan dapat dari data dengan di digital digunakan dinas dll dukung dukungan elektronik
    fasilitas fungsi guna hal hasil informasi information ini itu jaringan juga kabupaten kantor kecamatan
    kegiatan kelola kelurahan kepada kepala khusus komunikasi kota lain lainnya lainya laporan layanan lokal
    manajemen masyarakat media melakukan melalui melayani memantau membantu memberikan menampilkan mencatat
    mendukung menengah mengelola menggunakan menjadi menyediakan menyimpan merupakan milik mudah nasional
    negara olah oleh online operasional pada para pekerjaan pelaksanaan pelaporan pelayanan pemerintah
    pemerintahan pencatatan pendataan pengelolaan pengguna penggunaan pengolahan penyediaan penyimpanan
    perangkat pokok portal program proses provinsi publik pusat sarana satu sebagai secara sehingga
    sekretariat seluruh serta sesuai setda sistem spbe standar suatu sudah system tahun tata teknis
    teknologi tentang terhadap terkait terpadu tertentu umum unit untuk upt urusan usaha web website yang
    """
)

TOPICS: dict[str, str] = {
    "agama": "keagamaan haji umrah masjid gereja pura jemaah zakat wakaf",
    "akuntabilitas kinerja": "lakip lkjip sakip lppd akuntabilitas audit pengawasan temuan inspektorat whistleblowing",
    "aparatur negara": "asn pns pegawai kepegawaian absensi presensi cuti kenaikan_pangkat diklat simpeg jabatan mutasi "
    "kinerja_pegawai gaji_berkala bkpsdm",
    "aplikasi umum administrasi pemerintahan": "perencanaan penganggaran anggaran pengadaan akuntabilitas_kinerja sakip "
    "pemantauan_dan_evaluasi monitoring_dan_evaluasi monev kearsipan tata_naskah naskah_dinas kepegawaian simpeg",
    "aplikasi umum layanan publik": "pengaduan aduan keluhan",
    "dalam negeri": "kesbangpol ormas kewaspadaan wawasan_kebangsaan otonomi_daerah batas_wilayah perangkat_desa",
    "dukungan operasional organisasi": "persuratan surat_masuk surat_keluar disposisi tata_naskah naskah_dinas aset inventaris "
    "barang_milik_daerah perjalanan_dinas ruang_rapat",
    "energi": "listrik penerangan_jalan ketenagalistrikan lpju",
    "hak asasi manusia": "ham ranham",
    "hukum": "jdih produk_hukum peraturan perda perundangan bantuan_hukum perkara",
    "ilmu pengetahuan dan teknologi": "penelitian riset inovasi litbang kelitbangan",
    "industri": "perindustrian industri ikm perajin pengrajin",
    "informasi": "ppid keterbukaan_informasi statistik berita publikasi",
    "investasi": "penanaman_modal investor pma pmdn oss perizinan_berusaha lkpm",
    "keamanan": "trantib linmas satpol ketertiban ketentraman cctv siskamling kriminalitas persandian",
    "kebudayaan": "budaya cagar_budaya museum kesenian seni sanggar subak",
    "kehutanan": "hutan reboisasi",
    "kelautan": "laut pesisir",
    "kependudukan": "penduduk dukcapil ktp akta kartu_keluarga nik siak kk_online kependudukan keluarga_berencana",
    "kesehatan": "pasien puskesmas rsud rumah_sakit obat farmasi rekam_medis dokter imunisasi posyandu stunting gizi balita ibu_hamil "
    "penyakit vaksin tuberkulosis tb hiv apotek klinik laboratorium_klinik rawat_inap ambulans kesehatan",
    "kesekretariatan negara": "arsip kearsipan protokol agenda_pimpinan keprotokolan jdih_setda",
    "ketenagakerjaan": "tenaga_kerja naker pencari_kerja lowongan pelatihan_kerja bursa_kerja hubungan_industrial kartu_kuning",
    "keuangan": "pajak retribusi anggaran apbd akuntansi bendahara penatausahaan sp2d bphtb pbb sptpd pad pendapatan_daerah "
    "gaji tpp kas_daerah hibah barang_milik_daerah aset",
    "komunikasi": "sms_gateway konferensi_video radio siaran telekomunikasi menara",
    "komputasi awan": "cloud awan kontainer",
    "jaringan intra pemerintah": "intranet lan wan vpn fiber_optik backbone router switch",
    "koperasi": "simpan_pinjam kud",
    "lingkungan hidup": "sampah limbah amdal udara_bersih kualitas_air pencemaran persampahan bank_sampah kualitas_udara emisi ipal",
    "olahraga": "atlet stadion gor keolahragaan porprov",
    "pariwisata": "wisata wisatawan tourism destinasi objek_wisata desa_wisata kepariwisataan",
    "pekerjaan umum": "pekerjaan_umum jalan jembatan drainase irigasi tata_ruang konstruksi bangunan_gedung imb pbg sumber_daya_air air_minum sanitasi",
    "pemberdayaan perempuan": "perempuan anak kdrt gender kekerasan ppa kla",
    "pemuda": "kepemudaan karang_taruna pramuka",
    "pendidikan": "sekolah siswa guru murid ppdb sd smp dapodik kurikulum perpustakaan beasiswa paud pelajar ujian",
    "perdagangan": "pasar harga sembako komoditas pedagang ekspor metrologi tera inflasi",
    "perencanaan pembangunan": "rkpd rpjmd musrenbang renstra renja bappeda sipd usulan pokir perencanaan_pembangunan "
    "evaluasi_pembangunan administrasi_pembangunan",
    "perikanan": "ikan nelayan tambak budidaya_ikan tpi",
    "perizinan dan akreditasi": "izin perizinan perijinan ijin rekomendasi_medis sicantik oss akreditasi nonperizinan",
    "pertanahan": "tanah sertifikat_tanah lahan agraria",
    "pertanian": "petani pupuk padi tanaman penyuluh pangan",
    "perumahan": "rusun rutilahu permukiman kawasan_kumuh rtlh rumah_tidak_layak hunian",
    "peternakan": "ternak hewan sapi veteriner",
    "pusat komputasi": "server ruang_server data_center pusat_data",
    "sistem penghubung layanan pemerintah": "splp api_gateway interoperabilitas penghubung",
    "sosial": "bansos dtks miskin kemiskinan disabilitas pkh lansia kesejahteraan_sosial rehabilitasi_sosial bantuan_sosial",
    "transportasi": "perhubungan parkir lalu_lintas kendaraan bus terminal angkutan atcs trayek uji_kendaraan kir lalin persimpangan",
    "usaha kecil dan menengah": "ukm umkm ukmk usaha_mikro",
}
"""Name of a node, as it is compared, without a leading "data" or "layanan" → words that tell of it ("a_b": beside one another)."""
