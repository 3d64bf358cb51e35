"""Real signed PDFs for tests: pages and certificates of our own, signed with pyHanko."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers


@dataclass(frozen=True)
class Signer:
    """A person with a certificate of a root of their own; ``root`` is its PEM."""

    key: bytes
    cert: bytes
    root: bytes


def signer(name: str = "Sekretaris Daerah Uji", authority: str = "Akar Uji") -> Signer:
    """A new root and a new person under it."""
    root_key, root = _certificate(authority, None, None, ca=True)
    key, cert = _certificate(name, root_key, root, ca=False)
    return Signer(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
        cert.public_bytes(serialization.Encoding.PEM),
        root.public_bytes(serialization.Encoding.PEM),
    )


def _certificate(name, issuer_key, issuer, *, ca):
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(not ca, not ca, False, False, False, ca, ca, False, False)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now + timedelta(days=2000))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key((issuer_key or key).public_key()),
            critical=False,
        )
    )
    return key, built.sign(issuer_key or key, hashes.SHA256())


def page(words: str = "Berita Acara Penilaian Mandiri") -> bytes:
    """A PDF of one page, unsigned. Its words stand in it as they are, so that a test can change them."""
    text = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + table + b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)


def signed(pdf: bytes, by: Signer, folder: Path, field: str = "Tanda1") -> bytes:
    """The PDF with a signature added, as a signing tool adds it."""
    (folder / "key.pem").write_bytes(by.key)
    (folder / "cert.pem").write_bytes(by.cert)
    (folder / "root.pem").write_bytes(by.root)
    person = signers.SimpleSigner.load(
        str(folder / "key.pem"), str(folder / "cert.pem"), ca_chain_files=(str(folder / "root.pem"),)
    )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    fields.append_signature_field(writer, fields.SigFieldSpec(field))
    out = io.BytesIO()
    signers.sign_pdf(writer, signers.PdfSignatureMetadata(field_name=field), signer=person, output=out)
    return out.getvalue()


def changed(pdf: bytes) -> bytes:
    """A word of the page replaced by another one of the same length."""
    assert b"Berita" in pdf
    return pdf.replace(b"Berita", b"Cerita")


def added_to(pdf: bytes) -> bytes:
    """Content added after signing, as a further revision."""
    from pyhanko.pdf_utils import generic

    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    first = writer.root["/Pages"]["/Kids"][0]
    first["/Contents"] = writer.add_object(
        generic.StreamObject(stream_data=b"BT /F1 12 Tf 72 700 Td (lain) Tj ET")
    )
    writer.update_container(first)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
