//! The controls of a form, as the HTML standard reads them.

use crate::test::html::{closest, labels, normal};
use crate::test::multipart::Upload;
use scraper::ElementRef;
use std::collections::HashSet;

/// A control with a name, which may have a part in what the form sends.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) name: String,
    pub(super) is_disabled: bool,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// An input with a text, which has no line breaks.
    Line(String),
    /// A text area.
    Area(String),
    /// An input that no visitor sees.
    Hidden(String),
    /// A check box.
    Check { value: String, is_checked: bool },
    /// A radio button.
    Radio { value: String, is_checked: bool },
    /// A list of options.
    Select {
        options: Vec<Choice>,
        is_multiple: bool,
    },
    /// Files.
    Files {
        files: Vec<Upload>,
        is_multiple: bool,
    },
}

/// An option of a list.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) is_selected: bool,
    pub(super) is_disabled: bool,
}

/// A button that submits a form.
#[derive(Clone, Debug)]
pub(super) struct Button {
    /// What a reader may call it.
    pub(super) labels: Vec<String>,
    pub(super) name: String,
    pub(super) value: String,
    pub(super) is_image: bool,
    pub(super) is_disabled: bool,
    pub(super) action: Option<String>,
    pub(super) method: Option<String>,
    pub(super) enctype: Option<String>,
}

impl Control {
    /// Reads a control; `None` for a button, or one without a name.
    pub(super) fn read(element: ElementRef<'_>) -> Option<Self> {
        let name = element.attr("name").filter(|name| !name.is_empty())?;
        let kind = match element.value().name() {
            // The parser has taken the first line break of a text area away.
            "textarea" => Kind::Area(element.text().collect()),
            "select" => select(element),
            "input" => input(element)?,
            _ => return None,
        };
        Some(Self {
            name: name.to_owned(),
            is_disabled: is_disabled(element),
            kind,
        })
    }

    pub(super) fn is_hidden(&self) -> bool {
        matches!(self.kind, Kind::Hidden(_))
    }
}

/// Of several radio buttons of one name that are marked, the last one is chosen.
pub(super) fn settle_groups(controls: &mut [Control]) {
    let mut settled = HashSet::new();
    for control in controls.iter_mut().rev() {
        if let Kind::Radio { is_checked, .. } = &mut control.kind
            && *is_checked
        {
            *is_checked = settled.insert(control.name.clone());
        }
    }
}

/// A text as an input of one line holds it.
pub(super) fn one_line(text: &str) -> String {
    text.replace(['\r', '\n'], "")
}

fn input(element: ElementRef<'_>) -> Option<Kind> {
    let value = element.attr("value");
    let is_checked = element.attr("checked").is_some();
    Some(match kind(element).as_str() {
        "submit" | "image" | "button" | "reset" => return None,
        "checkbox" => Kind::Check {
            value: value.unwrap_or("on").to_owned(),
            is_checked,
        },
        "radio" => Kind::Radio {
            value: value.unwrap_or("on").to_owned(),
            is_checked,
        },
        "file" => Kind::Files {
            files: Vec::new(),
            is_multiple: element.attr("multiple").is_some(),
        },
        "hidden" => Kind::Hidden(value.unwrap_or_default().to_owned()),
        "color" => Kind::Line(match value {
            Some(value) if is_color(value) => value.to_ascii_lowercase(),
            _ => String::from("#000000"),
        }),
        "range" => Kind::Line(match value {
            Some(value) if value.parse::<f64>().is_ok() => value.to_owned(),
            _ => middle(element),
        }),
        _ => Kind::Line(one_line(value.unwrap_or_default())),
    })
}

fn is_color(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// Where a range stands by itself: at the step in its middle.
fn middle(element: ElementRef<'_>) -> String {
    let number = |name: &str| element.attr(name)?.trim().parse::<f64>().ok();
    let min = number("min").unwrap_or(0.0);
    let max = number("max").unwrap_or(100.0).max(min);
    let half = (max - min) / 2.0;
    let is_any = element
        .attr("step")
        .is_some_and(|step| step.eq_ignore_ascii_case("any"));
    let step = number("step").filter(|step| *step > 0.0).unwrap_or(1.0);
    let steps = (half / step).round().min((half * 2.0 / step).floor());
    let offset = if is_any { half } else { steps * step };
    (min + offset).to_string()
}

fn select(element: ElementRef<'_>) -> Kind {
    let is_multiple = element.attr("multiple").is_some();
    let mut options: Vec<Choice> = element
        .descendent_elements()
        .filter(|option| option.value().name() == "option")
        .map(|option| Choice {
            value: match option.attr("value") {
                Some(value) => value.to_owned(),
                // Other white space, as what does not break a line, is part of it.
                None => {
                    let text: String = option.text().collect();
                    let words: Vec<&str> = text.split_ascii_whitespace().collect();
                    words.join(" ")
                }
            },
            is_selected: option.attr("selected").is_some(),
            is_disabled: option.attr("disabled").is_some()
                || closest(option, "optgroup")
                    .is_some_and(|group| group.attr("disabled").is_some()),
        })
        .collect();
    if !is_multiple {
        // The last one that is marked is selected, else the first that can be where only one shows.
        let size = element
            .attr("size")
            .and_then(|size| size.trim().parse().ok());
        let has_one = size.is_none_or(|size: u32| size < 2);
        let first = || options.iter().position(|option| !option.is_disabled);
        let selected = options
            .iter()
            .rposition(|option| option.is_selected)
            .or_else(|| has_one.then(first).flatten());
        for (index, option) in options.iter_mut().enumerate() {
            option.is_selected = Some(index) == selected;
        }
    }
    Kind::Select {
        options,
        is_multiple,
    }
}

impl Button {
    /// Reads a button that submits; `None` for anything else.
    pub(super) fn read(element: ElementRef<'_>) -> Option<Self> {
        let kind = kind(element);
        let attribute = |name: &str| element.attr(name).map(str::to_owned);
        let mut labels = labels(element);
        match (element.value().name(), kind.as_str()) {
            ("input", "submit") => {
                labels.insert(0, normal(element.attr("value").unwrap_or("Submit")))
            }
            ("input", "image") => {}
            ("button", kind) if !matches!(kind, "button" | "reset") => {}
            _ => return None,
        }
        Some(Self {
            labels,
            name: attribute("name").unwrap_or_default(),
            value: attribute("value").unwrap_or_default(),
            is_image: kind == "image",
            is_disabled: is_disabled(element),
            action: attribute("formaction"),
            method: attribute("formmethod"),
            enctype: attribute("formenctype"),
        })
    }

    /// What a message calls it.
    pub(super) fn label(&self) -> &str {
        self.labels.first().map_or("", String::as_str)
    }

    /// What it adds to what the form sends.
    pub(super) fn entries(&self) -> Vec<(String, String)> {
        let name = &self.name;
        if self.is_image {
            // Where it was clicked: a keyboard clicks at the corner.
            let prefix = if name.is_empty() {
                String::new()
            } else {
                format!("{name}.")
            };
            return ["x", "y"]
                .map(|axis| (format!("{prefix}{axis}"), String::from("0")))
                .to_vec();
        }
        if name.is_empty() {
            return Vec::new();
        }
        vec![(name.clone(), self.value.clone())]
    }
}

fn kind(element: ElementRef<'_>) -> String {
    element
        .attr("type")
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

/// Whether a browser neither lets it be used nor sends it.
fn is_disabled(element: ElementRef<'_>) -> bool {
    if element.attr("disabled").is_some() || closest(element, "datalist").is_some() {
        return true;
    }
    element
        .ancestors()
        .filter_map(ElementRef::wrap)
        .filter(|above| above.value().name() == "fieldset" && above.attr("disabled").is_some())
        .any(|fieldset| {
            // What is in its first legend can be used all the same.
            let legend = fieldset
                .child_elements()
                .find(|child| child.value().name() == "legend");
            !legend.is_some_and(|legend| element.ancestors().any(|above| above.id() == legend.id()))
        })
}
