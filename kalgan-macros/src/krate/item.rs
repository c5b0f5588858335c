//! What one file holds, as its tokens show it: scopes, and the items and imports in them.

use std::ops::Range;

/// A file, taken apart. Ranges are bytes of its text.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// The file itself first; none where it is not Rust.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) registrations: Vec<Registration>,
    pub(crate) calls: Vec<TextCall>,
    pub(crate) members: Vec<Member>,
}

impl Scan {
    /// Adds a scope in another one.
    pub(super) fn add(&mut self, parent: usize, is_block: bool, is_test: bool) -> usize {
        let own = self.scopes.len();
        self.scopes.push(Scope {
            parent: Some(parent),
            module: if is_block {
                self.scopes[parent].module
            } else {
                own
            },
            is_block,
            is_test,
            ..Scope::default()
        });
        own
    }

    /// The items of a module and of the blocks in it, each with its scope.
    pub(crate) fn items(&self, module: usize) -> impl Iterator<Item = (usize, &Item)> {
        let scopes = self.scopes.iter().enumerate();
        let scopes = scopes.filter(move |(_, scope)| scope.module == module);
        scopes.flat_map(|(at, scope)| scope.items.iter().map(move |item| (at, item)))
    }
}

/// A module, or a block that has items.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    pub(crate) parent: Option<usize>,
    /// The scope of the module that it lies in, or its own.
    pub(crate) module: usize,
    pub(crate) is_block: bool,
    /// Compiled for tests only.
    pub(crate) is_test: bool,
    pub(crate) items: Vec<Item>,
    pub(crate) imports: Vec<Import>,
    /// Calls of macros in the place of an item, which may define any.
    pub(crate) macros: Vec<Range<usize>>,
    /// An attribute macro may define further items.
    pub(crate) has_attribute_macro: bool,
}

impl Scope {
    /// Whether an attribute here is known to be a macro, which may define further items: what
    /// follows a derive is most likely read by it.
    pub(crate) fn writes_items(&self) -> bool {
        let is_derive = |attribute: &&Attribute| attribute.path == "derive";
        self.has_attribute_macro
            && self.items.iter().any(|item| {
                let derives = item.attributes.iter().take_while(|known| !is_derive(known));
                let mut first = derives.chain(
                    item.attributes
                        .iter()
                        .skip_while(|known| !is_derive(known))
                        .filter(|known| {
                            self.imports.iter().any(|import| import.name == known.path)
                        }),
                );
                first.any(Attribute::is_macro)
            })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Module,
    Function,
    /// A constant or a static.
    Value,
    Struct,
    Enum,
    /// An alias, a union or a trait.
    OtherType,
    ExternCrate,
}

/// An item with a name.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    /// Without `r#`.
    pub(crate) name: String,
    pub(crate) name_span: Range<usize>,
    /// From the first attribute on; of a function without its body.
    pub(crate) span: Range<usize>,
    /// The byte behind it, and behind a function's body.
    pub(crate) end: usize,
    /// The first byte behind attributes and visibility.
    pub(crate) head: usize,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) visibility: Visibility,
    /// Compiled for tests only.
    pub(crate) is_test: bool,
    /// Whether a `cfg` decides on it, or on what it stands in.
    pub(crate) is_optional: bool,
    /// The scope of an inline module.
    pub(crate) body: Option<usize>,
}

impl Item {
    /// Whether a `cfg` decides on it.
    pub(crate) fn is_conditional(&self) -> bool {
        self.attributes.iter().any(Attribute::is_condition)
    }

    /// Whether a macro may change it.
    pub(crate) fn has_attribute_macro(&self) -> bool {
        self.attributes.iter().any(Attribute::is_macro)
    }

    /// Whether it has a name among modules and types.
    pub(crate) fn is_type_or_module(&self) -> bool {
        !matches!(
            self.kind,
            ItemKind::Function | ItemKind::Value | ItemKind::ExternCrate
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visibility {
    Private,
    /// `pub(crate)`.
    Crate,
    /// `pub(super)`, or `pub(in super::super)`: in the module so many levels above, and below it.
    Super(usize),
    /// `pub(in crate::…)`.
    Restricted,
    Public,
}

/// A name that `use` brings in.
#[derive(Debug)]
pub(crate) struct Import {
    /// `*` of a glob.
    pub(crate) name: String,
    /// What it is, from its first name on, which is empty in `::a`; of a glob the module.
    pub(crate) path: Vec<String>,
    pub(crate) visibility: Visibility,
    pub(crate) is_conditional: bool,
    /// Compiled for tests only.
    pub(crate) is_test: bool,
}

impl Import {
    pub(crate) fn is_glob(&self) -> bool {
        self.name == "*"
    }
}

/// An outer attribute.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// `serde`, `kalgan::app`.
    pub(crate) path: String,
    /// What follows the path: `(…)`, `= …`.
    pub(crate) rest: Range<usize>,
}

impl Attribute {
    pub(crate) fn is_condition(&self) -> bool {
        matches!(self.path.as_str(), "cfg" | "cfg_attr")
    }

    /// The last name of its path.
    pub(crate) fn last(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or_default()
    }

    /// Whether it may be a macro that writes further items. Those that are known only to change the
    /// item itself are not.
    pub(crate) fn is_macro(&self) -> bool {
        // `#[rustfmt::skip]`, `#[clippy::…]`, `#[diagnostic::…]`.
        let first = self.path.split("::").next().unwrap_or_default();
        if self.path.contains("::") && matches!(first, "rustfmt" | "clippy" | "diagnostic") {
            return false;
        }
        !HARMLESS.split(' ').any(|known| known == self.last())
    }
}

const HARMLESS: &str = "allow app async_trait automatically_derived cfg cfg_attr cold debug_handler \
    deny deprecated derive diagnostic doc expect forbid ignore inline instrument macro_use must_use \
    no_mangle non_exhaustive path repr serde settings template test track_caller warn";

/// Something registered with Tera or with the app under a literal name.
#[derive(Debug)]
pub(crate) struct Registration {
    pub(crate) method: Method,
    pub(crate) literal: Range<usize>,
    /// The second argument of `App::global` and `App::command`.
    pub(crate) function: Option<Range<usize>>,
}

/// A function of an `impl`.
#[derive(Debug)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// What stands before the braces: `impl Trait for Type`.
    pub(crate) of: Range<usize>,
    /// From its visibility on, without its body.
    pub(crate) signature: Range<usize>,
    /// The scope that it stands in.
    pub(crate) scope: usize,
}

/// How something is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    /// `register_filter("name", …)`.
    Filter,
    /// `register_test("name", …)`.
    Test,
    /// `register_function("name", …)`.
    Function,
    /// `global_context().insert("name", …)`.
    Variable,
    /// `global("name", function)` of `App`.
    Global,
    /// `command("name", function)` of `App`.
    Command,
}

impl Method {
    pub(crate) const ALL: [Self; 6] = [
        Self::Filter,
        Self::Test,
        Self::Function,
        Self::Variable,
        Self::Global,
        Self::Command,
    ];

    /// The name of the method.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Filter => "register_filter",
            Self::Test => "register_test",
            Self::Function => "register_function",
            Self::Variable => "global_context",
            Self::Global => "global",
            Self::Command => "command",
        }
    }
}

/// A call of a macro whose first argument is a text, as those of `render!` are; not in tests, nor where
/// a `cfg` decides.
#[derive(Debug)]
pub(crate) struct TextCall {
    /// The macro's path.
    pub(crate) path: Range<usize>,
    /// The scope that it stands in.
    pub(crate) scope: usize,
    /// What stands in the parentheses.
    pub(crate) arguments: Range<usize>,
}
