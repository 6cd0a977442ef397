//! Running the program in a folder that is gone afterwards.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own, gone when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed)));
        fs::create_dir_all(&folder).expect("a folder");
        Self(folder)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Runs `wakala-plugin` in this folder.
    pub fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_wakala-plugin"))
            .args(arguments)
            .current_dir(&self.0)
            .env_remove("WAKALA_PUBLISHER_KEY")
            .output()
            .expect("the program starts")
    }

    /// A project as `new` makes it, with the versions of libraries that the platform's own plugins have: those are on this machine.
    pub fn project(&self, name: &str, kind: &str) -> PathBuf {
        good(&self.run(&["new", name, "--kind", kind]));
        let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins/Cargo.lock");
        fs::copy(lock, self.path(name).join("Cargo.lock")).expect("a lock file");
        self.path(name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Standard output of a run that went well.
pub fn good(output: &Output) -> String {
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{complained}");
    said.into_owned()
}

/// Standard error of a run that failed.
pub fn failed(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8_lossy(&output.stderr).into_owned()
}
