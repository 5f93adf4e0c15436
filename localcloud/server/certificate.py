"""Creates the TLS certificates of one run: an authority, whose key is discarded, and a certificate for loopback."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509  # type: ignore[import-not-found]
from cryptography.hazmat.primitives import hashes, serialization  # type: ignore[import-not-found]
from cryptography.hazmat.primitives.asymmetric import ec  # type: ignore[import-not-found]
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID  # type: ignore[import-not-found]

NAMES = ("localhost", "*.localhost", "*.execute-api.localhost")
LIFETIME = datetime.timedelta(days=90)


@dataclass(frozen=True)
class Certificate:
    """Paths of PEM files.

    Attributes:
        authority: The certificate that clients trust.
        chain: The certificate that the server sends.
        key: The server's private key.
    """

    authority: Path
    chain: Path
    key: Path


def create_certificate(directory: Path) -> Certificate:
    """Write a new certificate for the loopback addresses and names to `directory`, and return the paths."""
    directory.mkdir(mode=0o700, exist_ok=True)
    authority_key = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    authority = _authority(authority_key)
    leaf = _leaf(authority, authority_key, key)
    certificate = Certificate(directory / "authority.pem", directory / "chain.pem", directory / "key.pem")
    certificate.authority.write_bytes(_pem(authority))
    certificate.chain.write_bytes(_pem(leaf))
    certificate.key.touch(mode=0o600)
    certificate.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = _name("Local cloud authority")
    builder = _builder(name, name, key.public_key(), key)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return builder.add_extension(_usage(certificates=True), critical=True).sign(key, hashes.SHA256())


def _leaf(
    authority: x509.Certificate, authority_key: ec.EllipticCurvePrivateKey, key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    addresses = [x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1")]
    builder = _builder(_name("Local cloud"), authority.subject, key.public_key(), authority_key)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    names = [x509.DNSName(name) for name in NAMES]
    alternatives = x509.SubjectAlternativeName([*names, *addresses])
    return builder.add_extension(alternatives, critical=False).sign(authority_key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    issuer_id = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))  # tolerates a clock that is slow
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(issuer_id, critical=False)
    )


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates, key_cert_sign=certificates, crl_sign=certificates,
        content_commitment=False, key_encipherment=False, data_encipherment=False, key_agreement=False,
        encipher_only=False, decipher_only=False,
    )  # fmt: skip


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return bytes(certificate.public_bytes(serialization.Encoding.PEM))
