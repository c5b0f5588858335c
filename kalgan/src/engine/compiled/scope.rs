//! Which variable a name stands for, where it stands.

use super::program::{Attribute, Cell, Expr, Path, Root};
use super::shape::{Shape, Step};
use std::collections::HashMap;

/// A part of what the page was given.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Place {
    pub(super) root: u32,
    pub(super) steps: Vec<Step>,
}

/// A variable or an attribute of one; where it is a part of what the page was given, which.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) path: Path,
    pub(super) place: Option<Place>,
}

/// Where names are looked up.
#[derive(Debug)]
enum Kind {
    /// The page itself, or an included template: what is set there is not seen outside.
    Template,
    Loop {
        at: u32,
        value: Box<str>,
        key: Option<Box<str>>,
        /// What is read of the items belongs to this part.
        items: Option<Place>,
        /// A comprehension: `loop` is not its.
        is_hidden: bool,
    },
    /// A component sees nothing of its surroundings.
    Component { given: HashMap<Box<str>, Found> },
}

#[derive(Debug)]
struct Scope {
    kind: Kind,
    /// What is set there.
    cells: Vec<(Box<str>, Cell)>,
}

/// The scopes around a place, the inner ones last, and what the page reads.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    scopes: Vec<Scope>,
    pub(super) roots: Vec<(Box<str>, Shape)>,
    pub(super) cells: u32,
    pub(super) loops: u32,
}

impl Scopes {
    pub(super) fn enter_template(&mut self) {
        self.enter(Kind::Template);
    }

    /// Enters a loop; returns its index.
    pub(super) fn enter_loop(
        &mut self,
        value: &str,
        key: Option<&str>,
        items: Option<Place>,
        is_hidden: bool,
    ) -> u32 {
        let at = self.loops;
        self.loops += 1;
        self.enter(Kind::Loop {
            at,
            value: value.into(),
            key: key.map(Into::into),
            items,
            is_hidden,
        });
        at
    }

    pub(super) fn enter_component(&mut self, given: HashMap<Box<str>, Found>) {
        self.enter(Kind::Component { given });
    }

    fn enter(&mut self, kind: Kind) {
        self.scopes.push(Scope {
            kind,
            cells: Vec::new(),
        });
    }

    /// Leaves the innermost scope; returns what was set there.
    pub(super) fn leave(&mut self) -> Vec<Cell> {
        let scope = self.scopes.pop();
        let cells = scope.map(|scope| scope.cells).unwrap_or_default();
        cells.into_iter().map(|(_, cell)| cell).collect()
    }

    /// A new variable without a name.
    pub(super) fn new_cell(&mut self) -> Cell {
        self.cells += 1;
        self.cells - 1
    }

    /// The variable that `set` sets here.
    pub(super) fn cell_to_set(&mut self, name: &str, is_global: bool) -> Option<Cell> {
        let is_meant = |scope: &Scope| !is_global || !matches!(scope.kind, Kind::Loop { .. });
        let at = self.scopes.iter().rposition(is_meant)?;
        Some(self.cell_of(at, name))
    }

    fn cell_of(&mut self, scope: usize, name: &str) -> Cell {
        let cells = &self.scopes[scope].cells;
        if let Some((_, cell)) = cells.iter().find(|(known, _)| **known == *name) {
            return *cell;
        }
        let cell = self.new_cell();
        self.scopes[scope].cells.push((name.into(), cell));
        cell
    }

    /// The loop that `loop` is of.
    pub(super) fn current_loop(&self) -> Option<u32> {
        for scope in self.scopes.iter().rev() {
            match scope.kind {
                Kind::Loop {
                    at,
                    is_hidden: false,
                    ..
                } => return Some(at),
                Kind::Component { .. } => return None,
                _ => {}
            }
        }
        None
    }

    /// The innermost loop whose body is being written.
    pub(super) fn innermost_loop(&self) -> Option<u32> {
        self.scopes.iter().rev().find_map(|scope| match scope.kind {
            Kind::Loop { at, .. } => Some(at),
            _ => None,
        })
    }

    /// The names of loops around. `None` within a component, which sees no other variables.
    pub(super) fn names_around(&self) -> Option<Vec<Box<str>>> {
        let mut names = Vec::new();
        for scope in &self.scopes {
            match &scope.kind {
                Kind::Loop { value, key, .. } => {
                    names.push(value.clone());
                    names.extend(key.clone());
                }
                Kind::Template => {}
                Kind::Component { .. } => return None,
            }
        }
        Some(names)
    }

    /// The variable of a name. `may_be_set`: it is set somewhere in the page. `None`: there is none.
    pub(super) fn variable(&mut self, name: &str, may_be_set: bool) -> Option<Found> {
        let mut roots = Vec::new();
        let mut is_outside = false;
        for at in (0..self.scopes.len()).rev() {
            let last = match &self.scopes[at].kind {
                Kind::Loop {
                    at, value, items, ..
                } if **value == *name => Some(Found {
                    path: path(Root::Value(*at)),
                    place: items.clone(),
                }),
                Kind::Loop {
                    at, key: Some(key), ..
                } if **key == *name => Some(Found {
                    path: path(Root::Key(*at)),
                    place: None,
                }),
                Kind::Component { given } => match given.get(name) {
                    Some(found) => Some(found.clone()),
                    // Nothing that is further outside is seen.
                    None => Some(Found {
                        path: Path {
                            roots: Vec::new(),
                            attributes: Vec::new(),
                        },
                        place: None,
                    }),
                },
                _ => None,
            };
            if may_be_set {
                let cell = self.cell_of(at, name);
                roots.push(match is_outside {
                    true => Root::Outer(cell),
                    false => Root::Cell(cell),
                });
            }
            is_outside |= matches!(self.scopes[at].kind, Kind::Template);
            if let Some(mut found) = last {
                if roots.is_empty() {
                    return Some(found);
                }
                // The attributes of an alias are not those of what is set.
                if !found.path.attributes.is_empty() {
                    return None;
                }
                roots.append(&mut found.path.roots);
                found.path.roots = roots;
                return Some(found);
            }
        }
        let root = self.root(name)?;
        roots.push(Root::Given(root));
        Some(Found {
            path: Path {
                roots,
                attributes: Vec::new(),
            },
            place: Some(Place {
                root,
                steps: Vec::new(),
            }),
        })
    }

    fn root(&mut self, name: &str) -> Option<u32> {
        let known = self.roots.iter().position(|(root, _)| **root == *name);
        let at = known.unwrap_or_else(|| {
            self.roots.push((name.into(), Shape::default()));
            self.roots.len() - 1
        });
        u32::try_from(at).ok()
    }

    /// The shape of a part of what the page was given.
    pub(super) fn shape(&mut self, place: &Place) -> Option<&mut Shape> {
        let (_, shape) = self.roots.get_mut(place.root as usize)?;
        shape.part(&place.steps)
    }

    /// Goes on to an attribute.
    pub(super) fn attribute(
        &mut self,
        found: &mut Found,
        name: &str,
        is_optional: bool,
    ) -> Option<()> {
        let index = match &mut found.place {
            Some(place) => {
                let (_, shape) = self.roots.get_mut(place.root as usize)?;
                let index = shape.part(&place.steps)?.field(name)?;
                place.steps.push(Step::Field(index));
                Some(index)
            }
            None => None,
        };
        found.path.attributes.push(Attribute {
            name: name.into(),
            index,
            is_optional,
        });
        Some(())
    }

    /// The part that the items of a list are.
    pub(super) fn items(&mut self, place: &Place) -> Option<Place> {
        let mut place = place.clone();
        place.steps.push(Step::Items);
        self.shape(&place)?;
        Some(place)
    }
}

fn path(root: Root) -> Path {
    Path {
        roots: vec![root],
        attributes: Vec::new(),
    }
}

impl From<Found> for Expr {
    fn from(found: Found) -> Self {
        match found.path.roots.is_empty() && found.path.attributes.is_empty() {
            true => Self::Undefined,
            false => Self::Path(found.path),
        }
    }
}
