//! The geometry of the shell diagram; the template draws it.

use std::f64::consts::TAU;

use serde::Serialize;

/// Half of the drawing's side: the nucleus is at (CENTRE, CENTRE).
const CENTRE: f64 = 200.0;
const INNER: f64 = 58.0;
const OUTER: f64 = 186.0;
/// With a fixed step small atoms stay small instead of filling the plate.
const STEP: f64 = 34.0;

/// A shell: its radius and the places of its electrons.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Ring {
    pub(crate) radius: f64,
    pub(crate) electrons: Vec<Point>,
}

/// A point of the drawing.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// The rings from the innermost to the outermost, each with its electrons spread evenly, the
/// first one at the top.
pub(crate) fn rings(shells: &[u32]) -> Vec<Ring> {
    let gaps = shells.len().saturating_sub(1).max(1) as f64;
    let step = STEP.min((OUTER - INNER) / gaps);
    shells
        .iter()
        .enumerate()
        .map(|(index, &count)| {
            let radius = INNER + step * index as f64;
            Ring {
                radius: tidy(radius),
                electrons: (0..count).map(|i| place(radius, i, count)).collect(),
            }
        })
        .collect()
}

fn place(radius: f64, index: u32, count: u32) -> Point {
    let angle = TAU * f64::from(index) / f64::from(count);
    Point {
        x: tidy(CENTRE + radius * angle.sin()),
        y: tidy(CENTRE - radius * angle.cos()),
    }
}

/// Two decimals are finer than any screen and keep the page small.
fn tidy(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn electrons_lie_on_their_ring() {
        for ring in rings(&[2, 8, 18, 32, 32, 18, 8]) {
            for Point { x, y } in &ring.electrons {
                let distance = (x - CENTRE).hypot(y - CENTRE);
                assert!(
                    (distance - ring.radius).abs() < 0.02,
                    "{distance} {}",
                    ring.radius
                );
            }
        }
    }

    #[test]
    fn the_first_electron_is_at_the_top_and_the_rest_are_even() {
        let rings = rings(&[2]);
        let [top, bottom] = &rings[0].electrons[..] else {
            panic!("two electrons")
        };
        assert_eq!((top.x, top.y), (CENTRE, CENTRE - INNER));
        assert_eq!((bottom.x, bottom.y), (CENTRE, CENTRE + INNER));
    }

    #[test]
    fn seven_shells_fit_on_the_plate() {
        let rings = rings(&[2, 8, 18, 32, 32, 18, 8]);
        assert_eq!(rings.len(), 7);
        assert!(rings.windows(2).all(|pair| pair[0].radius < pair[1].radius));
        assert!(rings[6].radius <= OUTER);
    }

    #[test]
    fn no_shells_no_rings() {
        assert!(rings(&[]).is_empty());
    }
}
