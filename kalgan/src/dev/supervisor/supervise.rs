//! Holds the port, and keeps the app behind it up to date.

use super::cargo::{self, Build, Control};
use super::event::{Built, Event};
use super::line::Line;
use super::package::{Plan, Sources};
use super::program::Program;
use super::server::Server;
use super::watch::{Watch, polls};
use crate::app::start::{Start, StartError};
use crate::cli::print::{exit, say_error};
use crate::error::{Error, Result};
use crate::server::{self, config::ServerConfig};
use crate::site::current;
use crate::site::options::Options;
use crate::spec::Spec;
use kalgan_core::settings::{Origin, Setting};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long the children may take to end beyond what they grant the open requests.
const GRACE: Duration = Duration::from_secs(5);

/// After how long it is said that the app takes no connections yet.
const SLOW: Duration = Duration::from_secs(10);

/// Carries out the command `dev`: serves until the process is asked to stop. `further` are
/// arguments for `cargo build`, and `settings` those of the command line.
pub(crate) fn supervise(
    spec: &'static Spec,
    further: Vec<String>,
    settings: Vec<Setting>,
) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let result = match runtime {
        Ok(runtime) => runtime.block_on(serve(spec, further, settings)),
        Err(error) => Err(error.into()),
    };
    exit(spec, result)
}

async fn serve(spec: &'static Spec, further: Vec<String>, settings: Vec<Setting>) -> Result<()> {
    let arguments = settings.iter().filter_map(argument).collect();
    let start = Start::read(spec, settings);
    current::publish_settings(start.settings());
    let paths = match start {
        Start::Disk(first) => first.paths(),
        Start::Baked(..) => Vec::new(),
        // No edit mends an environment variable, or the command line.
        Start::Failed(diagnostics) => {
            return Err(Error::internal(StartError { diagnostics }.to_string()));
        }
    };
    let config = Options::at_start()?.server;
    let (listener, _) = server::bind(&config).await?;
    let program = std::env::current_exe()?;
    let (events, happening) = unbounded_channel();
    let root = spec.root();
    let supervisor = Supervisor {
        name: spec.name,
        files: Sources::at(paths.iter().map(|path| root.join(path))),
        root,
        // Only now: what is started from here on may be another program of this name.
        running: Program::at(&program).ok(),
        program,
        arguments,
        further,
        listener: listener.into_std()?,
        config,
        plan: None,
        watch: None,
        watch_of_files: None,
        building: None,
        build_again: false,
        read_manifests: false,
        servers: BTreeMap::new(),
        current: None,
        starting: None,
        next: 0,
        events,
    };
    supervisor.run(happening).await;
    Ok(())
}

/// An option of the command line as the child is given it.
fn argument(setting: &Setting) -> Option<OsString> {
    match &setting.origin {
        Origin::CommandLine(option) => Some(format!("{option}={}", setting.value.display()).into()),
        _ => None,
    }
}

struct Supervisor {
    /// The package's name.
    name: &'static str,
    root: PathBuf,
    /// What is started.
    program: PathBuf,
    /// What was started last; `None` where the next one is started even if it is the same.
    running: Option<Program>,
    arguments: Vec<OsString>,
    /// Further arguments for cargo.
    further: Vec<String>,
    listener: TcpListener,
    config: Arc<ServerConfig>,
    plan: Option<Plan>,
    watch: Option<Watch>,
    /// The files that are live while a server runs, and may be why none does.
    files: Sources,
    /// Watches those while what was started last has ended.
    watch_of_files: Option<Watch>,
    /// The build that is under way.
    building: Option<Control>,
    /// Sources have changed during the build.
    build_again: bool,
    /// Manifests have changed, and with them what is watched, perhaps.
    read_manifests: bool,
    /// All children that have not ended.
    servers: BTreeMap<u64, Server>,
    /// The one that answers.
    current: Option<u64>,
    /// The one that will, once it takes connections.
    starting: Option<u64>,
    next: u64,
    events: UnboundedSender<Event>,
}

impl Supervisor {
    async fn run(mut self, mut happening: UnboundedReceiver<Event>) {
        let events = self.events.clone();
        tokio::spawn(async move {
            loop {
                server::shutdown_signal().await;
                let _ = events.send(Event::Interrupted);
            }
        });
        self.start();
        self.look_at_package();
        // What was edited since this process was built; mostly nothing, of which nothing is said.
        self.build(false);
        while let Some(event) = happening.recv().await {
            match event {
                Event::Edited { manifest } => {
                    self.read_manifests |= manifest;
                    self.build(true);
                }
                Event::Built(built) => self.built(built).await,
                Event::Ready(id) => self.ready(id),
                Event::Slow(id) => self.slow(id),
                Event::Ended(id, how) => self.ended(id, &how),
                Event::Interrupted => break,
            }
        }
        self.stop(happening).await;
    }

    fn say(&self, text: &str) {
        say_error(&format!("{} dev: {text}", self.name));
    }

    /// Tells the pages of all servers: one that is about to answer has to know as well.
    fn tell(&self, line: &Line) {
        for server in self.servers.values() {
            server.tell(line.clone());
        }
    }

    /// Learns how to build, and watches the sources.
    fn look_at_package(&mut self) {
        let begun = SystemTime::now();
        let found = match &self.plan {
            Some(plan) => plan.renewed(&self.root, &self.program),
            None => Plan::find(&self.root, &self.program),
        };
        let plan = match found {
            Ok(plan) => plan,
            // Cargo says what is wrong when it builds by the older plan.
            Err(_) if self.plan.is_some() => return,
            Err(error) => {
                return self.say(&format!("{error}\nEdits of Rust are not seen."));
            }
        };
        let polls = polls();
        self.watch = match Watch::start(&plan.sources, polls, self.events.clone()) {
            Ok(watch) => {
                if watch.is_polling && !polls {
                    self.say(
                        "the system does not tell of edits of all sources, so they are looked at \
                         twice a second; on Linux, `sysctl fs.inotify.max_user_watches` is the \
                         limit",
                    );
                }
                Some(watch)
            }
            Err(error) => {
                self.say(&format!("the sources cannot be watched: {error}"));
                None
            }
        };
        // Of an edit between the look and the watch nobody has told.
        self.read_manifests = plan.sources.have_new_manifest(begun);
        self.plan = Some(plan);
    }

    /// Starts the app; the one that answers goes on until the new one does.
    fn start(&mut self) {
        self.watch_of_files = None;
        // One that was about to take over is out of date.
        if let Some(server) = self.starting.take().and_then(|id| self.servers.get(&id)) {
            server.stop();
        }
        let id = self.next;
        self.next += 1;
        let started = Server::start(
            id,
            &self.program,
            &self.arguments,
            &self.listener,
            self.events.clone(),
        );
        match started {
            Ok(server) => {
                self.servers.insert(id, server);
                self.starting = Some(id);
                let events = self.events.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(SLOW).await;
                    let _ = events.send(Event::Slow(id));
                });
            }
            Err(error) => {
                let program = self.program.display();
                self.failed_to_start(format!("`{program}` cannot be started: {error}"));
            }
        }
    }

    /// Begins to build, or remembers to do so after the build that is under way.
    fn build(&mut self, prints: bool) {
        if let Some(building) = &self.building {
            // Somebody waits for it now, and may want to know for what it waits.
            building.print();
            self.build_again = true;
            return;
        }
        if self.read_manifests {
            self.look_at_package();
        }
        let Some(plan) = &self.plan else { return };
        match Build::start(plan, &self.further, prints) {
            Ok((build, control)) => {
                self.building = Some(control);
                self.tell(&Line::Running);
                let events = self.events.clone();
                tokio::spawn(async move {
                    let _ = events.send(Event::Built(build.wait().await));
                });
            }
            Err(error) => self.say(&format!("cargo cannot be started: {error}")),
        }
    }

    async fn built(&mut self, built: Built) {
        self.building = None;
        match built {
            Built::Good(program, said) => {
                let is_new = match &self.running {
                    Some(running) => !running.is_at(program.clone()).await,
                    None => true,
                };
                for (id, server) in &self.servers {
                    // One that is starting takes over from all others.
                    let is_last = self.starting.is_none_or(|starting| starting == *id);
                    server.tell(match is_last && !is_new {
                        true => Line::Done,
                        false => Line::Restarting,
                    });
                }
                if is_new {
                    cargo::print(&said);
                    self.running = Program::at(&program).ok();
                    self.program = program;
                    self.start();
                }
            }
            Built::Failed(text) => {
                self.say(match self.current {
                    Some(_) => "the build has failed, the server goes on as it was",
                    None => "the build has failed",
                });
                let compiles = false;
                self.tell(&Line::Failed { compiles, text });
            }
        }
        if std::mem::take(&mut self.build_again) {
            self.build(true);
        }
    }

    fn ready(&mut self, id: u64) {
        if self.starting != Some(id) {
            return;
        }
        self.starting = None;
        if let Some(old) = self.current.replace(id)
            && let Some(server) = self.servers.get(&old)
        {
            server.stop();
        }
    }

    fn slow(&self, id: u64) {
        if self.starting == Some(id) {
            self.say(&format!(
                "the app has taken no connections for {} s, {}: what does it wait for?",
                SLOW.as_secs(),
                match self.current {
                    Some(_) => "and the one before it goes on",
                    None => "and requests wait",
                }
            ));
        }
    }

    fn ended(&mut self, id: u64, how: &str) {
        self.servers.remove(&id);
        if self.starting == Some(id) {
            self.starting = None;
            self.failed_to_start(format!(
                "the app has ended before it took connections ({how})"
            ));
        } else if self.current == Some(id) {
            self.current = None;
            // Else another one is about to answer.
            if self.starting.is_none() {
                self.wait_for_edit();
                self.say(&format!(
                    "the app has ended ({how}), the next edit starts it again; requests wait until \
                     then"
                ));
            }
        }
    }

    fn failed_to_start(&mut self, text: String) {
        self.wait_for_edit();
        self.say(&format!("{text}, the next edit starts it again"));
        let compiles = true;
        self.tell(&Line::Failed { compiles, text });
    }

    /// What is built next is started, even if it is the same, and an edit of any file builds.
    fn wait_for_edit(&mut self) {
        self.running = None;
        self.watch_of_files = Watch::start(&self.files, polls(), self.events.clone()).ok();
    }

    /// Ends all that was started.
    async fn stop(mut self, mut happening: UnboundedReceiver<Event>) {
        if let Some(building) = &self.building {
            building.stop();
        }
        for server in self.servers.values() {
            server.stop();
        }
        let patience = tokio::time::sleep(self.config.shutdown_timeout.saturating_add(GRACE));
        let mut patience = std::pin::pin!(patience);
        while !self.servers.is_empty() {
            let event = tokio::select! {
                event = happening.recv() => event,
                () = &mut patience => Some(Event::Interrupted),
            };
            match event {
                Some(Event::Ended(id, _)) => {
                    self.servers.remove(&id);
                }
                // For the second time, or for too long.
                Some(Event::Interrupted) => {
                    for server in self.servers.values() {
                        server.kill();
                    }
                    patience.as_mut().reset(tokio::time::Instant::now() + GRACE);
                }
                Some(_) => {}
                None => return,
            }
        }
    }
}
