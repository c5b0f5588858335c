//! The museum in production, as docs/deploying.md says: two instances behind nginx.

use crate::nginx::document::{Block, block};
use crate::nginx::proxy::{self, Nginx};
use crate::nginx::visit::{HOST, Outside};
use kalgan_tests::{Answer, Launch, Profile, Server, Site, has_tool, skipped, wait_for};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use tempfile::TempDir;

/// A release of the museum: what is brought to the server.
#[derive(Debug)]
pub(crate) struct Release {
    /// A folder with the binary and the static files.
    pub(crate) folder: PathBuf,
}

/// The first release and its successor.
pub(crate) fn releases() -> &'static [Release; 2] {
    static RELEASES: OnceLock<[Release; 2]> = OnceLock::new();
    RELEASES.get_or_init(|| {
        let site = Site::of_example("museum", "museum-nginx");
        use_settings_of_the_document(&site);
        let first = release(&site, "v001");
        site.replace(SETTINGS, "version: v001", "version: v002");
        site.append("static/app.css", "\n/* The second release. */\n");
        [first, release(&site, "v002")]
    })
}

const SETTINGS: &str = "config/app/app.yaml";

/// Puts the section `static` of the document in the place of the app's.
pub(crate) fn use_settings_of_the_document(site: &Site) {
    let text = site.read(SETTINGS);
    let start = text.find("\nstatic:\n").expect("the app has the section") + 1;
    let length = text[start..].find("\n\n").expect("it is not the last one") + 1;
    let own = &text[start..start + length];
    assert!(own.contains("folders:"), "{own}");
    let new = block("yaml", "# config/app/app.yaml");
    assert!(!new.text().contains("folders"), "{}", new.text());
    site.replace(SETTINGS, own, new.text());
}

fn release(site: &Site, version: &str) -> Release {
    let built = site.build(Profile::Release);
    let folder = site.workspace().join("releases").join(version);
    let _ = fs::remove_dir_all(&folder);
    copy(&site.folder().join("static"), &folder.join("static"));
    fs::copy(built.binary(), folder.join("museum")).unwrap();
    Release { folder }
}

fn copy(from: &Path, to: &Path) {
    for file in kalgan_tests::files_below(from) {
        fs::create_dir_all(to.join(&file).parent().unwrap()).unwrap();
        fs::copy(from.join(&file), to.join(&file)).unwrap();
    }
}

/// The machine that the museum is on.
#[derive(Debug)]
pub(crate) struct Production {
    // In this order they end.
    nginx: Nginx,
    instances: [Option<Server>; 2],
    ports: [u16; 2],
    unit: Block,
    outside: Outside,
    folder: TempDir,
}

impl Production {
    /// The first release, running. `None` where a program is missing, which is said.
    pub(crate) fn start() -> Option<Self> {
        for (program, arguments) in [
            (proxy::program(), ["-v"].as_slice()),
            ("openssl", &["version"]),
            ("curl", &["--version"]),
        ] {
            if !has_tool(program, arguments) {
                skipped(program);
                return None;
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let srv = folder.path().join("srv");
        fs::create_dir(&srv).unwrap();
        let first = &releases()[0];
        copy(&first.folder.join("static"), &srv.join("static"));
        fs::copy(first.folder.join("museum"), srv.join("museum")).unwrap();
        let settings = block("yaml", "# /srv/museum/production.yaml");
        fs::write(srv.join("production.yaml"), settings.text()).unwrap();
        let unit = block("ini", "# /etc/systemd/system/museum@.service").put_folder(
            2,
            "/srv/museum/",
            &srv.join(""),
        );
        let ports = [port(), port()];
        let instances = ports.map(|port| Some(start_unit(&unit, port)));

        let tls = folder.path().join("tls");
        let outside = Outside {
            http: port(),
            https: port(),
            certificate: tls.join("certificate.pem"),
        };
        make_certificate(&tls);
        let site = block("nginx", "# /etc/nginx/sites-available/museum")
            .put(1, "127.0.0.1:7801 ", &format!("127.0.0.1:{} ", ports[0]))
            .put(1, "127.0.0.1:7802 ", &format!("127.0.0.1:{} ", ports[1]))
            .put(
                2,
                "listen 80",
                &format!("listen 127.0.0.1:{}", outside.http),
            )
            .put(
                2,
                "listen 443 ",
                &format!("listen 127.0.0.1:{} ", outside.https),
            )
            .put_folder(2, "/etc/ssl/museum/", &tls.join(""))
            .put_folder(1, "root /srv/museum;", &root(&srv));
        let nginx = Nginx::start(folder.path().join("nginx"), &site, &outside);
        Some(Self {
            nginx,
            instances,
            ports,
            unit,
            outside,
            folder,
        })
    }

    /// The folder that is `/srv/museum` in the document.
    pub(crate) fn srv(&self) -> PathBuf {
        self.folder.path().join("srv")
    }

    pub(crate) fn nginx(&self) -> &Nginx {
        &self.nginx
    }

    pub(crate) fn outside(&self) -> &Outside {
        &self.outside
    }

    pub(crate) fn ports(&self) -> [u16; 2] {
        self.ports
    }

    pub(crate) fn instance(&self, at: usize) -> &Server {
        self.instances[at].as_ref().expect("the instance runs")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.outside.get(path)
    }

    /// The lines of each instance's access log that contain a text, once there are this many in
    /// all: what an instance writes is read a little later.
    pub(crate) fn lines(&self, part: &str, count: usize) -> [Vec<String>; 2] {
        wait_for(&format!("{count} lines with `{part}`"), || {
            let lines = [0, 1].map(|at| self.instance(at).log().lines_with(part));
            let found = lines[0].len() + lines[1].len();
            assert!(found <= count, "{lines:?}");
            (found == count).then_some(lines)
        })
    }

    /// The one line that contains a text.
    pub(crate) fn line(&self, part: &str) -> String {
        self.lines(part, 1).concat().remove(0)
    }

    /// What systemd does with an instance on `systemctl restart`.
    pub(crate) fn restart(&mut self, at: usize, while_it_is_away: impl FnOnce(&Self)) {
        let old = self.instances[at].take().expect("the instance runs");
        old.stop_well();
        while_it_is_away(self);
        self.instances[at] = Some(start_unit(&self.unit, self.ports[at]));
    }

    /// Ends all of it, the instances well, and gives what they have logged.
    pub(crate) fn stop(self) -> String {
        drop(self.nginx);
        let logs = self.instances.map(|instance| {
            let ran = instance.expect("the instance runs").stop();
            assert_eq!(ran.code, Some(0), "{ran:?}");
            assert_eq!(ran.stderr, "");
            ran.stdout
        });
        logs.concat()
    }
}

/// A port of this machine at which nothing listens. No two tests get the same one, and it is not one
/// of those that the system gives to whoever asks for any: an instance that is away has to find its
/// port free when it comes back.
fn port() -> u16 {
    const PORTS: u16 = 16_384;
    static NEXT: OnceLock<AtomicU16> = OnceLock::new();
    // Other programs that do the same begin elsewhere.
    let next = NEXT.get_or_init(|| AtomicU16::new((std::process::id() % 0x4000) as u16));
    (0..PORTS)
        .map(|_| PORTS + next.fetch_add(1, Ordering::Relaxed) % PORTS)
        .find(|&port| TcpListener::bind(("127.0.0.1", port)).is_ok())
        .expect("there is a free port")
}

fn root(srv: &Path) -> PathBuf {
    PathBuf::from(format!("root {};", srv.display()))
}

/// Starts an instance as the unit says, and waits as the unit does.
fn start_unit(unit: &Block, port: u16) -> Server {
    let (program, arguments) = unit.unit_value("ExecStart").split_once(' ').unwrap();
    // The helper adds the port by itself.
    assert_eq!(arguments, "--port %i");
    let (name, value) = unit.unit_value("Environment").split_once('=').unwrap();
    let server = Launch::new(Path::new(program))
        .env(name, value)
        .serve_at(port);
    let ready = unit
        .unit_value("ExecStartPost")
        .replace("%i", &port.to_string());
    let waited = Command::new("sh")
        .args(["-c", &ready.replacen("/usr/bin/curl", "curl", 1)])
        .status()
        .unwrap();
    assert!(waited.success(), "{ready}: {waited}");
    server
}

/// A certificate for the museum, which is its own authority.
fn make_certificate(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-nodes", "-days", "2"])
        .args(["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-subj", &format!("/CN={HOST}")])
        .args(["-addext", &format!("subjectAltName=DNS:{HOST}")])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(folder)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{said}");
}
