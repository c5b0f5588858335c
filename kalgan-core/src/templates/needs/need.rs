//! The needs of a template.

use crate::text::Place;

/// What a template needs of its context.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Needs {
    /// The variables, sorted by name. Those that Kalgan provides
    /// ([`PROVIDED`](crate::templates::PROVIDED)) are among them where they are used.
    pub variables: Vec<Need>,
    /// Whether the template looks at its whole context, so that no variable is superfluous.
    pub takes_all: bool,
}

impl Needs {
    /// The need of this variable.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Need> {
        self.variables
            .binary_search_by(|need| need.name.as_ref().cmp(name))
            .ok()
            .map(|at| &self.variables[at])
    }
}

/// A variable that a template uses.
#[derive(Clone, Debug, PartialEq)]
pub struct Need {
    /// Its name.
    pub name: Box<str>,
    /// Whether rendering may fail without it.
    pub is_required: bool,
    /// The uses, in the order of rendering: the variable itself has no steps, its fields have.
    pub uses: Vec<Use>,
}

impl Need {
    /// The first use that cannot do without the variable, else the first.
    #[must_use]
    pub fn place(&self) -> Option<&Place> {
        let required = self.uses.iter().find(|one| one.is_required);
        required.or(self.uses.first()).map(|one| &one.place)
    }
}

/// A use of a variable or of something in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// From the variable to what is used. Each step but the last is a use of its own.
    pub steps: Vec<Step>,
    /// Where the last step stands.
    pub place: Place,
    /// Whether the template cannot do without it.
    pub is_required: bool,
    /// Whether it is only asked for being defined.
    pub is_asked: bool,
}

/// An expression that is a value of the context, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The variable.
    pub root: Box<str>,
    /// From the variable to the part.
    pub steps: Vec<Step>,
    /// The expression.
    pub place: Place,
    /// How many steps lead to what is neither undefined nor none by the conditions around it.
    pub some: Option<usize>,
    /// Whether a default takes its place where it is undefined.
    pub has_default: bool,
}

/// A step from a value to what it holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The field of this name.
    Field(Box<str>),
    /// Any item of a list, or any value of a map.
    Each,
    /// The map of a list's items by what they have in common, as `group_by` makes it.
    Groups,
}
