//! The controls of a form, as the HTML standard reads them.

use crate::test::html::{closest, normal, text};
use crate::test::multipart::Upload;
use scraper::ElementRef;

/// A control with a name, which may have a part in what the form sends.
#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) name: String,
    pub(super) is_disabled: bool,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// An input with a text, hidden ones among them, or a text area.
    Text(String),
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
    /// What a reader calls it.
    pub(super) label: String,
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
            "textarea" => Kind::Text(element.text().collect()),
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
        _ => Kind::Text(value.unwrap_or_default().to_owned()),
    })
}

fn select(element: ElementRef<'_>) -> Kind {
    let is_multiple = element.attr("multiple").is_some();
    let mut options: Vec<Choice> = element
        .descendent_elements()
        .filter(|option| option.value().name() == "option")
        .map(|option| Choice {
            value: match option.attr("value") {
                Some(value) => value.to_owned(),
                None => text(option),
            },
            is_selected: option.attr("selected").is_some(),
            is_disabled: option.attr("disabled").is_some()
                || closest(option, "optgroup")
                    .is_some_and(|group| group.attr("disabled").is_some()),
        })
        .collect();
    if !is_multiple {
        // The last one that is marked is selected, else the first that can be.
        let selected = options
            .iter()
            .rposition(|option| option.is_selected)
            .or_else(|| options.iter().position(|option| !option.is_disabled));
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
        let label = match (element.value().name(), kind.as_str()) {
            ("button", kind) if !matches!(kind, "button" | "reset") => text(element),
            ("input", "submit") => element.attr("value").unwrap_or("Submit").to_owned(),
            ("input", "image") => element.attr("alt").unwrap_or_default().to_owned(),
            _ => return None,
        };
        let label = match element.attr("aria-label") {
            Some(aria) if normal(&label).is_empty() => aria.to_owned(),
            _ => label,
        };
        Some(Self {
            label: normal(&label),
            name: attribute("name").unwrap_or_default(),
            value: attribute("value").unwrap_or_default(),
            is_image: kind == "image",
            is_disabled: is_disabled(element),
            action: attribute("formaction"),
            method: attribute("formmethod"),
            enctype: attribute("formenctype"),
        })
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
