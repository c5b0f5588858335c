//! Pages by their programs.

use super::{asset, message, provided, url};
use crate::assets::cache::StaticVersion;
use crate::engine::compiled::{Arena, At, Folded, Given, Names, Node, Program, run};
use crate::routing::url::{self as urls, Here};
use crate::site::Site;
use crate::site::current::{self, Current};
use kalgan_core::messages::Message;
use kalgan_core::routes::RouteLanguage;
use std::cell::Cell;
use std::sync::Arc;
use tera::{Context, Value};

/// The program of a page, where it has one.
pub(super) fn program<'s>(site: &'s Site, name: &str) -> Option<&'s Program> {
    let programs = &site.programs;
    let program = programs.get(name, &site.templates, &Files(site))?;
    program.ok()
}

/// The text of a page with all its variables. `None`: Tera renders it.
pub(super) fn of_context(site: &Arc<Site>, name: &str, context: &Context) -> Option<Vec<u8>> {
    let program = program(site, name)?;
    with_arena(|arena| {
        arena.reserve(program.roots.len())?;
        for (at, (name, _)) in program.roots.iter().enumerate() {
            if let Some(value) = context.get(name) {
                arena.put_whole(At::try_from(at).ok()?, value.clone())?;
            }
        }
        rendered(site, program, arena, context)
    })
}

/// The text of a page whose variables `give` puts into an arena: each at the index that its name has
/// among the program's. `None`: Tera renders it.
pub(super) fn of_arena(
    site: &Arc<Site>,
    program: &Program,
    give: impl FnOnce(&mut Arena) -> Option<()>,
) -> Option<Vec<u8>> {
    with_arena(|arena| {
        arena.reserve(program.roots.len())?;
        give(arena)?;
        rendered(site, program, arena, &Context::new())
    })
}

/// Runs code with an empty arena, which the thread keeps for the next page.
fn with_arena<T>(run: impl FnOnce(&mut Arena) -> Option<T>) -> Option<T> {
    thread_local! {
        static ARENA: Cell<Option<Arena>> = const { Cell::new(None) };
    }
    let mut arena = ARENA.take().unwrap_or_default();
    let result = run(&mut arena);
    arena.clear();
    ARENA.set(Some(arena));
    result
}

fn rendered(
    site: &Arc<Site>,
    program: &Program,
    arena: &mut Arena,
    given: &Context,
) -> Option<Vec<u8>> {
    let request = current::request();
    for (at, (name, _)) in program.roots.iter().enumerate() {
        let at = At::try_from(at).ok()?;
        if arena.node(at) != Node::Undefined {
            continue;
        }
        if let Some(value) = provided::value(name, site, request.as_ref()) {
            arena.put_whole(at, value)?;
        } else if let Some(value) = site.programs.natives().globals.get(name) {
            arena.put_whole(at, value.clone())?;
        }
    }
    let here = InRequest {
        site,
        request: request.as_deref(),
    };
    if program.has_links && here.prefix() != site.options.server.prefix.as_deref() {
        return None;
    }
    let language = here.language();
    let run = || run(program, arena, given, &here, language);
    let rendered = match &request {
        Some(request) if Arc::ptr_eq(&request.site, site) => run(),
        _ => current::with_site(site, run),
    };
    if rendered.is_err() {
        tracing::debug!(target: "kalgan", "a page is rendered by Tera: its program does not know a value");
    }
    rendered.ok()
}

/// The names of a site during a request.
struct InRequest<'s> {
    site: &'s Arc<Site>,
    request: Option<&'s Current>,
}

impl InRequest<'_> {
    fn prefix(&self) -> Option<&str> {
        match self.request {
            Some(request) => match request.connection.prefix() {
                "" => None,
                prefix => Some(prefix),
            },
            None => self.site.options.server.prefix.as_deref(),
        }
    }

    /// The index of the language among the site's.
    fn language(&self) -> Option<usize> {
        let tags = self.site.languages.all();
        if tags.is_empty() {
            return Some(0);
        }
        match self.request {
            Some(request) => position(tags, &request.language.tag),
            None => position(tags, &self.site.languages.default()),
        }
    }
}

fn position(tags: &[Arc<str>], tag: &str) -> Option<usize> {
    tags.iter().position(|known| **known == *tag)
}

impl Names for InRequest<'_> {
    fn message(&self, language: Option<&str>, key: &str, values: &[Given<'_>]) -> Option<String> {
        message::make(language, key, values).ok()
    }

    fn url(&self, name: &str, values: &[Given<'_>], query: Option<&Value>) -> Option<String> {
        url::make(name, values, query).ok()
    }

    fn asset(&self, path: &str) -> Option<String> {
        asset::make(path).ok()
    }
}

/// The names of a site whatever the request, which has the site's own prefix.
struct Files<'s>(&'s Site);

impl Files<'_> {
    /// Whether the default language is one of the site's, as it is spelt.
    fn has_default(&self) -> bool {
        let languages = &self.0.languages;
        position(languages.all(), &languages.default()).is_some()
    }
}

impl Folded for Files<'_> {
    fn languages(&self) -> usize {
        self.0.languages.all().len().max(1)
    }

    fn message(&self, language: usize, key: &str) -> Option<(&Message, &str)> {
        let tag = self.0.languages.all().get(language)?;
        let found = self.0.catalogue.find(tag, key).ok()?;
        Some((found.message, found.language))
    }

    fn url(&self, language: usize, name: &str, values: &[Given<'_>]) -> Option<String> {
        let Self(site) = self;
        let route = &site.router.routes()[site.router.by_name(name)?];
        let is_given = |parameter: &str| values.iter().any(|(name, _)| *name == parameter);
        let tag = site.languages.all().get(language);
        let language = match (&route.language, tag) {
            _ if route.host.is_some() => return None,
            (Some(RouteLanguage::Parameter(name)), None) if !is_given(name) => return None,
            // The default language may be spelt with more than its folder.
            (Some(RouteLanguage::Parameter(name)), Some(_))
                if !is_given(name) && !self.has_default() =>
            {
                return None;
            }
            (_, None) => "",
            (_, Some(tag)) => {
                let folder = site.catalogue.language(tag);
                folder.map_or(&**tag, |folder| &*folder.code)
            }
        };
        let here = Here {
            language,
            prefix: site.options.server.prefix.as_deref().unwrap_or_default(),
            port: &|| None,
        };
        urls::make(&site.router, name, values, here).ok()
    }

    fn asset(&self, path: &str) -> Option<String> {
        let Self(site) = self;
        // A file on disk may be another one later.
        if matches!(site.options.static_version, StaticVersion::Auto) && !site.options.static_embed
        {
            return None;
        }
        Some(asset::of(site, path, site.options.server.prefix.as_deref()))
    }
}
