"""How one installation differs from another; read once, at start.

A value comes from the environment (`DUE_DATABASE`) or, where the environment is
silent, from a file of such lines named by `DUE_SETTINGS`. Anything about risk is
content, never a setting. Secrets have no default: where a key file does not
exist, one is made, readable by its owner alone.
"""

from collections.abc import Mapping
from pathlib import Path

import msgspec

from duediligence.errors import Unusable

PREFIX = "DUE_"


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How one installation differs from another."""

    folder: Path = Path("data")
    """Where everything lies that the settings below do not place elsewhere."""
    database: str = ""
    """URL of the main database; SQLite in the folder when empty. PostgreSQL needs the extra `postgres`."""
    protected_database: str = ""
    """URL of the database of protected answers; SQLite in the folder when empty, and never the main database's file."""
    key_file: Path | None = None
    """The key of the service (seals second factors and webhook secrets); `folder/keys/service` when empty."""
    protected_key_file: Path | None = None
    """The key of protected answers; `folder/keys/protected` when empty."""
    signing_passphrase_file: Path | None = None
    """The passphrase of the keys that sign reports and credentials; `folder/keys/signing/passphrase` when empty."""
    signing_pkcs11: Path | None = None
    """The library of a device that makes and keeps these keys instead; needs the extra `pkcs11`."""
    signing_token: str = ""
    """The label of the token in that device."""
    signing_pin_file: Path | None = None
    """The file that holds its PIN."""
    timestamp_server: str = ""
    """The address of an RFC 3161 server that vouches for the time of a sealed report; none when empty."""
    files: str = ""
    """Where evidence lies: a folder, or `s3://bucket/prefix`; `folder/files` when empty."""
    queue: str = ""
    """How workers are woken: `sqlite`, `postgres` or a `redis://` URL; SQLite when empty."""
    worker: bool = True
    """Whether the web process also works through jobs."""
    address: str = "http://127.0.0.1:8000"
    """The address under which people reach the service, without a slash at the end."""
    hosts: tuple[str, ...] = ()
    """Further host names it answers to, with their port where it is not the usual one."""
    session_minutes: int = 60
    """A session ends after so long without a sign of life."""
    session_hours: int = 12
    """A session ends after so long in any case."""
    draft_days: int = 90
    """Answers that a partner has begun and not handed in are dropped after so many days without a change."""
    mail: str = ""
    """`smtp://user:password@host:port` or `smtps://…`; when empty, mail is written as .eml files to `folder/mail`."""
    mail_from: str = "due-diligence@localhost"
    """The sender of mail."""
    private_webhooks: bool = False
    """Whether webhooks may lead into this machine's own network, and without encryption."""
    clamav: str = ""
    """`host:port` of a clamd that looks through uploads; none when empty."""
    metrics_token: str = ""
    """Who shows this token may read `/metrics`; nobody when empty."""
    traces: str = ""
    """Where traces go: an OpenTelemetry collector as `http://host:4318`; nowhere when empty. Needs the extra `otel`."""
    language: str = "tk"
    """The language of a page before anybody has chosen one."""

    def main_url(self) -> str:
        """Return the URL of the main database."""
        return self.database or f"sqlite:///{self.folder / 'duediligence.sqlite'}"

    def protected_url(self) -> str:
        """Return the URL of the database of protected answers."""
        return self.protected_database or f"sqlite:///{self.folder / 'protected.sqlite'}"

    def key_path(self) -> Path:
        """Return where the key of the service lies."""
        return self.key_file or self.folder / "keys" / "service"

    def protected_key_path(self) -> Path:
        """Return where the key of protected answers lies."""
        return self.protected_key_file or self.folder / "keys" / "protected"

    def signing_folder(self) -> Path:
        """Return where the keys that sign reports and credentials lie."""
        return self.folder / "keys" / "signing"

    def signing_passphrase_path(self) -> Path:
        """Return where their passphrase lies."""
        return self.signing_passphrase_file or self.signing_folder() / "passphrase"

    def files_url(self) -> str:
        """Return where evidence lies: a folder or an S3 address."""
        return self.files or str(self.folder / "files")


def read(environ: Mapping[str, str]) -> Settings:
    """Return the settings of an environment.

    Args:
        environ: `DUE_DATABASE` and so on; tuples are separated by commas.

    Raises:
        Unusable: a name is unknown or a value does not fit; every one is named.
    """
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    path = given.pop(f"{PREFIX}SETTINGS", "")
    if path:
        given = _file(Path(path)) | given
    fields = {f"{PREFIX}{name.upper()}": name for name in Settings.__struct_fields__}
    faults = [f"{name} is no setting; docs/operator.md lists them." for name in sorted(given.keys() - fields.keys())]
    values: dict[str, object] = {}
    types = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    for name, value in given.items():
        if name not in fields:
            continue
        kind = types[fields[name]]
        raw = [part.strip() for part in value.split(",") if part.strip()] if kind == tuple[str, ...] else value
        try:
            values[fields[name]] = _convert(raw, kind)
        except (msgspec.ValidationError, ValueError) as error:
            faults.append(f"{name}: {error}")
    if faults:
        raise Unusable("\n".join(faults))
    return Settings(**values)  # type: ignore[arg-type]


def _convert(raw: object, kind: object) -> object:
    if kind in (Path, Path | None):
        return Path(str(raw))
    return msgspec.convert(raw, type=kind, strict=False)


def _file(path: Path) -> dict[str, str]:
    """Return the lines NAME=value of a settings file; blank lines and those with # are skipped."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Unusable(f"{PREFIX}SETTINGS: {path} cannot be read ({error.strerror}).") from error
    pairs = (line.partition("=") for line in map(str.strip, lines) if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}
