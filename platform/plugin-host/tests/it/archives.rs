//! Packages as files: the same content is the same package, and whoever changes one is noticed.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use plugin_host::package::{Package, PackageError, PublisherKey, Seal, SigningKey};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::support::MANIFEST;

fn files() -> BTreeMap<String, Vec<u8>> {
    let texts = [
        ("plugin.toml", MANIFEST),
        ("plugin.wasm", "component"),
        ("README.md", "# Hello"),
        ("simulator/provider.toml", "hosts = []"),
        ("build.json", "{}"),
    ];
    texts.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

fn package() -> Package {
    Package::of(files()).expect("a package")
}

/// An archive that somebody else's tool made.
fn foreign(files: &[(&str, &[u8])], method: CompressionMethod) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        zip.start_file(*path, SimpleFileOptions::default().compression_method(method)).expect("a file");
        zip.write_all(bytes).expect("a file");
    }
    zip.finish().expect("an archive").into_inner()
}

#[test]
fn the_same_files_are_the_same_package_byte_by_byte() {
    let (one, other) = (package(), package());
    assert_eq!(one.write(), other.write());
    assert_eq!(one.digest(), other.digest());
    let read = Package::read(&one.write().expect("an archive")).expect("a package");
    assert_eq!(read.digest(), one.digest());
    assert_eq!(read.file("README.md"), Some("# Hello".as_bytes()));
    let mut changed = files();
    changed.insert("README.md".to_owned(), b"# Hullo".to_vec());
    assert_ne!(Package::of(changed).expect("a package").digest(), one.digest());
}

#[test]
fn a_signature_names_its_maker_and_holds_for_these_files_only() {
    let (key, kept) = SigningKey::generate().expect("a key");
    let mut package = package();
    let digest = package.digest();
    assert_eq!(package.signer(), Ok(None));
    package.sign(&SigningKey::from_pem(&kept).expect("the same key"));
    assert_eq!(package.digest(), digest, "a signature is not part of what is signed");
    let archive = package.write().expect("an archive");
    assert_eq!(Package::read(&archive).expect("a package").signer(), Ok(Some(key.public())));

    let place = archive.windows(7).position(|bytes| bytes == b"# Hello").expect("the text");
    let mut changed = archive.clone();
    changed[place] = b'!';
    // Either the archive's own sum or the signature tells.
    assert!(!matches!(Package::read(&changed).map(|package| package.signer()), Ok(Ok(_))));

    let seal = format!("{}\n{}\n", key.public(), "AAAA");
    let mut forged: Vec<(&str, &[u8])> = package.files().collect();
    forged.push(("package.sig", seal.as_bytes()));
    let forged = Package::read(&foreign(&forged, CompressionMethod::Stored)).expect("a package");
    assert_eq!(forged.signer(), Err(PackageError::Signature));
}

#[test]
fn a_publishers_key_is_read_as_it_is_told() {
    let (key, _) = SigningKey::generate().expect("a key");
    let told = key.public().to_string();
    assert_eq!(told.parse::<PublisherKey>(), Ok(key.public()));
    for wrong in ["", "ed25519:", "ed25519:AAAA", &told[8..]] {
        assert!(wrong.parse::<PublisherKey>().is_err(), "{wrong}");
    }
    assert!(SigningKey::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").is_err());
}

#[test]
fn nothing_but_what_the_format_names_gets_into_a_package() {
    let with = |path: &str| {
        let mut files = files();
        files.insert(path.to_owned(), b"x".to_vec());
        Package::of(files)
    };
    for path in ["../plugin.toml", "/etc/passwd", "assets//a", "assets/../a", "assets/.hidden", "assets/a b", "PLUGIN.toml", "assets\\a"] {
        assert!(matches!(with(path), Err(PackageError::Path(_))), "{path}");
    }
    for path in ["notes.txt", "src/lib.rs", "target/debug/x"] {
        assert!(matches!(with(path), Err(PackageError::Stranger(_))), "{path}");
    }
    assert!(with("assets/icon.png").is_ok());
    for path in ["plugin.toml", "plugin.wasm"] {
        let mut files = files();
        files.remove(path);
        assert_eq!(Package::of(files).err(), Some(PackageError::Missing(path.to_owned())));
    }
    let mut icon = files();
    icon.insert("plugin.toml".to_owned(), MANIFEST.replace("[display]", "[display]\nicon = \"icon.png\"").into_bytes());
    assert_eq!(Package::of(icon.clone()).err(), Some(PackageError::Missing("icon.png".to_owned())));
    icon.insert("icon.png".to_owned(), b"png".to_vec());
    assert!(Package::of(icon).is_ok());
}

#[test]
fn an_archive_that_is_cut_short_or_of_no_kind_is_refused() {
    let archive = package().write().expect("an archive");
    for end in [0, 1, archive.len() / 2, archive.len() - 1] {
        assert!(Package::read(&archive[..end]).is_err(), "{end}");
    }
    let folder = foreign(&[("plugin.toml", MANIFEST.as_bytes()), ("assets/", b"")], CompressionMethod::Stored);
    assert!(Package::read(&folder).is_err());
}

#[test]
fn a_list_of_ever_so_many_files_is_not_read() {
    assert_eq!(Package::read(&b"PK\x01\x02".repeat(10_001)).err(), Some(PackageError::Large));
}

/// A package that its publisher signed, the platform's key, and the seal with both signatures.
fn sealed() -> (Package, SigningKey, Seal) {
    let (publisher, _) = SigningKey::generate().expect("a key");
    let platform = SigningKey::from_seed(&[7; 32]).expect("a key");
    let mut package = package();
    package.sign(&publisher);
    let seal = package.seal(&platform).expect("a seal");
    (package, platform, seal)
}

#[test]
fn a_seal_says_which_files_were_signed_and_reviewed() {
    let (package, platform, seal) = sealed();
    assert_eq!(seal.verify(platform.public()), Ok(()));
    assert_eq!(seal.digest(), package.digest());
    assert!(seal.holds("plugin.wasm", b"component") && !seal.holds("plugin.wasm", b"another") && !seal.holds("README.md", b"component"));
}

#[test]
fn a_seal_needs_both_signatures_and_each_over_the_same_files() {
    let (package, platform, seal) = sealed();
    let stranger = SigningKey::from_seed(&[8; 32]).expect("a key");
    assert_eq!(seal.verify(stranger.public()), Err(PackageError::Signature), "another platform");
    let forged = package.seal(&stranger).expect("a seal");
    let mixed = Seal { counter_signature: forged.counter_signature, ..seal.clone() };
    assert_eq!(mixed.verify(platform.public()), Err(PackageError::Signature), "not the platform's signature");
    let swapped = Seal { publisher_key: stranger.public().to_string(), ..seal.clone() };
    assert_eq!(swapped.verify(platform.public()), Err(PackageError::Signature), "another publisher");
    let more = Seal { index: format!("{}{} 1 LICENSE\n", seal.index, "0".repeat(64)), ..seal };
    assert_eq!(more.verify(platform.public()), Err(PackageError::Signature), "another file");
}

#[test]
fn a_package_that_nobody_signed_gets_no_seal() {
    let platform = SigningKey::from_seed(&[7; 32]).expect("a key");
    assert_eq!(package().seal(&platform), Err(PackageError::Unsigned));
}

#[test]
fn a_platform_with_another_key_signs_anew_beside_a_publisher_whose_signature_holds() {
    let (_, platform, seal) = sealed();
    let next = SigningKey::from_seed(&[8; 32]).expect("a key");
    let again = seal.countersigned(&next).expect("a seal");
    assert_eq!((again.verify(next.public()), again.verify(platform.public())), (Ok(()), Err(PackageError::Signature)));
    let changed = Seal { index: seal.index.replace("LICENSE", "LICENCE").replace("README.md", "OTHER.md"), ..seal };
    assert_eq!(changed.countersigned(&next), Err(PackageError::Signature));
}
