//! Tables of routes, and requests that they answer.

#[path = "../common/mod.rs"]
mod common;

use std::fmt::Write as _;

use common::app_of;
use kalgan::__private::{BoxedHandler, Functions, find_route};
use kalgan::App;

const REQUESTS: usize = 1_000;

pub(crate) struct Table {
    /// As a file of routes.
    yaml: String,
    /// The paths without requirements, each once.
    pub(crate) paths: Vec<String>,
    /// Methods and paths.
    pub(crate) requests: Vec<(&'static str, String)>,
}

impl Table {
    /// The REST API of GitHub.
    pub(crate) fn github() -> Self {
        let lines = include_str!("github.txt").lines();
        let mut table = Self::new();
        // matchit knows no segment with two parameters, which one path has.
        let lines = lines.filter(|line| !line.starts_with('#') && !line.contains("}..."));
        for (at, line) in lines.enumerate() {
            let (method, path) = line.split_once(' ').expect("a method and a path");
            // matchit wants one name for the parameters at a place.
            let segments = path.split('/').enumerate().map(|(depth, segment)| {
                let is_parameter = segment.starts_with('{') && segment.ends_with('}');
                match is_parameter {
                    true => format!("{{p{depth}}}"),
                    false => segment.to_owned(),
                }
            });
            let path = segments.collect::<Vec<_>>().join("/");
            let request = path
                .split('/')
                .map(|segment| match segment.starts_with('{') {
                    true => "value-7",
                    false => segment,
                });
            let request = request.collect::<Vec<_>>().join("/");
            table.add(at, method, &path, "", request);
        }
        table
    }

    /// Routes with the requirements that sites have; the last ones are as many as the first.
    pub(crate) fn generated(size: usize) -> Self {
        let mut table = Self::new();
        for at in 0..size {
            let section = at % 100;
            let (path, requirements, request) = match at % 5 {
                0 => (
                    format!("/{{_lang}}/shop{section}/item{at}/{{id}}"),
                    ", requirements: {_lang: 'en|es|ja', id: '[0-9]+'}",
                    format!("/es/shop{section}/item{at}/4217"),
                ),
                1 => (
                    format!("/blog{section}/topic{at}/{{slug}}"),
                    ", requirements: {slug: '[a-z0-9-]+'}",
                    format!("/blog{section}/topic{at}/a-slug-of-9-words"),
                ),
                2 => (
                    format!("/archive{section}/of{at}/{{day}}"),
                    ", requirements: {day: '[0-9]{4}-[0-9]{2}-[0-9]{2}'}",
                    format!("/archive{section}/of{at}/2026-11-28"),
                ),
                3 => (
                    format!("/user{section}/list{at}/{{name}}"),
                    "",
                    format!("/user{section}/list{at}/ann"),
                ),
                _ => (
                    format!("/page{section}/about{at}"),
                    "",
                    format!("/page{section}/about{at}"),
                ),
            };
            table.add(at, "GET", &path, requirements, request);
        }
        table.shuffle();
        table
    }

    /// Routes without parameters.
    pub(crate) fn texts(size: usize) -> Self {
        let mut table = Self::new();
        for at in 0..size {
            let path = format!("/section{}/page{at}", at % 100);
            table.add(at, "GET", &path, "", path.clone());
        }
        table.shuffle();
        table
    }

    fn new() -> Self {
        Self {
            yaml: String::from("routes:\n"),
            paths: Vec::new(),
            requests: Vec::new(),
        }
    }

    fn add(
        &mut self,
        at: usize,
        method: &'static str,
        path: &str,
        requirements: &str,
        request: String,
    ) {
        writeln!(
            self.yaml,
            "  - r{at}: {{path: '{path}', controller: c, methods: {method}{requirements}}}"
        )
        .expect("written");
        self.paths.push(path.to_owned());
        self.requests.push((method, request));
    }

    /// As many requests however many routes there are, in no order: of a few in turn the processor
    /// would learn all branches by heart.
    fn shuffle(&mut self) {
        let mut random = fastrand::Rng::with_seed(1);
        let requests =
            (0..REQUESTS).map(|_| self.requests[random.usize(..self.requests.len())].clone());
        self.requests = requests.collect();
    }

    pub(crate) fn app(&self) -> App {
        let files = [
            ("config/routes/r.yaml", &*self.yaml),
            ("config/app/s.yaml", "environment: {is_prod: true}\n"),
        ];
        let (app, _folder) = app_of(&files, || Functions {
            controllers: vec![("c", BoxedHandler::new(async || "found"))],
            middlewares: Vec::new(),
        });
        // The files are read now, while there are any.
        find_route(&app, "GET", "/").expect("a good site");
        app
    }
}
