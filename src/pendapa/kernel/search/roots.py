"""Roots of words that regional governments write every day.

The Snowball stemmer has no dictionary and takes apart two of five families of such words: *tata* and *penataan* become
*tata* and *ata*. A root that is listed here is looked for first, under all its prefixes and endings.
"""

from __future__ import annotations

_ROOTS = """
    absen adat adil adu agama ajar aju akses aktif alat alih alir aman amanah ambil analisis anggar angkat angkut antar
    antre arah arsip asas aset asuh asuransi atas atur audit awas awet baca bagi bahasa baik bakti balai bangun bantu
    barang baru batas bayar beasiswa beban bebas beda bekal belajar belanja beli benah bencana bendahara benih beres beri
    berita bersih besar biak biaya bicara bidan bimbing bina bisnis bor buat budaya budi buka bukti buku bumi bunuh buruh
    butuh cabut cadang cair cakap camat capai catat cegah cek cepat cermat cetak cipta cuti daerah daftar dagang dakwa
    damping dana dapat data daya debit dekat desa didik digital dinas disiplin distribusi dokumen dorong duduk dugaan
    dukung edar efektif ekonomi evaluasi gabung gadai gaji ganti garap gawat gedung gelar gerak gizi golong guna guru
    hadap hadir hak halal hambat hapus harap harga hasil hemat hibah hidup hijau hilang himpun hitung hormat hubung hukum
    huni hutan ikan ikat ikut imbal imunisasi indah induk industri informasi ingat inspeksi intai investasi iring isi izin
    jabat jadwal jaga jalan jalin jamin jangkau jaring jasa jelas jual jumlah jurus kaji kali kandung kantor karya kasih
    kawal kaya kelola kelompok keluar keluarga kemas kembali kembang kemuka kena kenal kendali kendara kering kerja kesan
    ketua khusus kini kira kirim koleksi kontrak koordinasi koperasi koreksi kota kredit kuasa kuat kubur kuliah kumpul
    kunjung kurang kutip lacak ladang lahan lahir laik lakon laksana laku lalu lamar lambat lampir lancar langgan langgar
    langsung lanjut lapor larang latih laut lawan layan layar lebih lelang lembaga lengkap lepas lestari libat libur lihat
    lindung lingkung lintas listrik litbang lokasi lulus lunas lurah mahasiswa maju makam makan makmur maksud malu mampu
    mandi mandiri manfaat masalah masuk masyarakat media melek mesin milik minat minta miskin mitra mohon muat muda mudah
    muka mukim mula mulai musnah mutasi mutu naik nama nasib negara nelayan nikah nilai nyata olah olahraga operasi orang
    pajak pakai paksa pamer pandang pandu pangan panggil panggul pantau papar parkir pasang pasar pasien pasok pasti patuh
    peduli pegang pegawai pelihara pemuda pensiun penuh peran percaya perempuan perhati periksa perintah perlu permisi
    pertama pesan pesisir petik pilih pimpin pindah pinjam pokok pola potong prakarsa prioritas produksi program promosi
    proses publik puji pulang pulih pungut pusat pustaka putar putus raga ragam rambu rampung rancang rapat rasa rata
    ratus rawat rekam rekrut renang rencana reses resmi retribusi riset risiko riwayat rokok rombak ruang rujuk rukun
    rumah rumus rusak sah saji sakit saksi salah salur samarata sambung sampah sandang sandi sanding sapu sarana saring
    sasar satu sayang sebar sedia segel sejahtera sekolah selaku selamat selaras selenggara selesai selidik sepakat serah
    serta sertifikat sesuai setor setuju sewa siaga siap siar sidang sidik sikap simpan singkat sinkron sisa sistem siswa
    skrining sosial sosialisasi standar subsidi suling suluh sumbang sumpah sunting surat survei survey susun syarat tagih
    tahan tahap tahu taman tambah tambang tampil tampung tanah tanam tanda tanding tangan tanggap tanggul tanggulang
    tanggung tangkap tani tanya tapak tarif tarik tata tatap tawar tebang teguh tekan teliti tempat tempuh temu tenaga
    tender tentu tepat terap terbit terima terjemah tertib terus tetap tiba tilang timbang timbul tindak tindaklanjut
    tinggal tinggi tingkat tinjau tipu titip tolak tolong tonjol topang tugas tuju tukar tular tulis tumbuh tunda tunjang
    tunjuk tuntas tuntut turun tutup ubah uji ukir ukur ulang umum undang unduh unggah unggul unjuk untung upah upaya urai
    urus usaha usul utama utang validasi verifikasi wajib wakaf wakil warga waris warta wawancara wenang wilayah wisata
    wisuda wujud yakin zakat
"""
# Words that would be taken for a form of something else.
_AS_THEY_ARE = """
    administrasi amandemen beras berita berkas dengan dimensi diskusi kecuali kelas kemarin kemeja kepala kereta keris
    kesatria media medis meja mekanik memori mental menteri menu merah merek meter pedoman pekan pelabuhan pensil penting
    perangkat perdana periode permanen persen pertama pesan peta sedang sekarang selama seluruh sementara semua sepeda
    sepuluh seri serius server setelah tentang terang terdiri terminal
"""

ROOTS = frozenset(_ROOTS.split())
"""Simple words; those that hold an old prefix but live by themselves (*perintah*, *pegawai*) are among them."""
AS_THEY_ARE = frozenset(_AS_THEY_ARE.split())
