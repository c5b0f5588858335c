//! The routes of an app: the model, the parser of their files and the checks.

#[cfg(feature = "parse")]
pub mod check;
#[cfg(feature = "parse")]
mod cover;
mod fit;
mod foreign;
mod identifier;
#[cfg(feature = "parse")]
pub mod keys;
#[cfg(feature = "parse")]
mod parse;
mod pattern;
#[cfg(feature = "parse")]
pub mod requirement;
mod route;
#[cfg(feature = "parse")]
mod values;
#[cfg(feature = "parse")]
pub mod words;

pub use fit::Fit;
pub use identifier::is_identifier;
#[cfg(feature = "parse")]
pub use parse::{ParsedRoute, ParsedRoutes, RoutePlaces, parse};
pub use pattern::{
    HostPattern, Param, PathPattern, Piece, QUERY, Segment, is_dots, is_label_byte, pieces_pattern,
    pieces_regex, whole, whole_pattern,
};
pub use route::{RouteDef, RouteLanguage, RouteTable, is_controller_path};

#[cfg(all(test, feature = "parse"))]
mod tests;
