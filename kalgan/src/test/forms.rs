//! Finding a form in a page.

use crate::test::controls::{Button, Control, settle_groups};
use crate::test::form::{Form, Pressable};
use crate::test::html::{called, closest, normal};
use crate::test::report::Show;
use crate::test::response::Response;
use scraper::ElementRef;
use url::Url;

impl Response {
    /// The form that matches a CSS selector, or that an element which matches belongs to. If that
    /// is a button, it is the one that is pressed; else it is the form's first one that is not
    /// disabled. That is as by the key Enter, which does nothing, though, where the first one of all
    /// is disabled.
    ///
    /// # Panics
    /// There is none; or the button is disabled.
    #[track_caller]
    pub fn form(&self, selector: &str) -> Form {
        let found = self.select(selector);
        let Some(element) = found.elements().first().copied() else {
            self.fail(&format!("there is no form `{selector}`"), Show::Source)
        };
        let Some(form) = self.owner(element) else {
            self.fail(&format!("`{selector}` is in no form"), Show::Source)
        };
        self.read_form(form, Some(element))
    }

    /// The form of the button with this label, which is the one that is pressed.
    ///
    /// ```
    /// # use kalgan::test::Client;
    /// # let client = Client::new(tower::service_fn(|_: kalgan::Request| async {
    /// #     let page = "<form action='/find'><input name='q'><button>Search</button></form>";
    /// #     Ok::<_, std::convert::Infallible>(kalgan::response::html(page))
    /// # }));
    /// let found = client.get("/").send().form_of("Search").fill("q", "tea").send();
    /// assert_eq!(found.path(), "/find?q=tea");
    /// ```
    ///
    /// # Panics
    /// There is no such button, or there are several; it is disabled.
    #[track_caller]
    pub fn form_of(&self, button: &str) -> Form {
        let wanted = normal(button);
        let all = self.select("button, input");
        let buttons: Vec<(ElementRef<'_>, Button)> = all
            .elements()
            .iter()
            .filter_map(|element| Some((*element, Button::read(*element)?)))
            .collect();
        let found = called(&buttons, &wanted, |(_, button)| &button.labels);
        match found.as_slice() {
            [(element, _)] => match self.owner(*element) {
                Some(form) => self.read_form(form, Some(*element)),
                None => self.fail(
                    &format!("the button `{wanted}` is in no form"),
                    Show::Source,
                ),
            },
            [] => {
                let labels: Vec<&str> = buttons.iter().map(|(_, b)| b.label()).collect();
                self.fail(
                    &format!("there is no button `{wanted}`; there are {labels:?}"),
                    Show::Text,
                )
            }
            several => self.fail(
                &format!(
                    "there are {} buttons `{wanted}`: say which by `form(\"a selector\")`",
                    several.len()
                ),
                Show::Source,
            ),
        }
    }

    /// The form that an element belongs to: by its attribute `form`, else the one around it.
    fn owner<'a>(&'a self, element: ElementRef<'a>) -> Option<ElementRef<'a>> {
        match element.attr("form") {
            Some(id) if element.value().name() != "form" => self
                .elements("form[id]")
                .into_iter()
                .find(|form| form.attr("id") == Some(id)),
            _ => closest(element, "form"),
        }
    }

    #[track_caller]
    fn read_form(&self, form: ElementRef<'_>, chosen: Option<ElementRef<'_>>) -> Form {
        let owned: Vec<ElementRef<'_>> = self
            .elements("input, select, textarea, button")
            .into_iter()
            .filter(|element| {
                self.owner(*element)
                    .is_some_and(|owner| owner.id() == form.id())
            })
            .collect();
        let mut controls = Vec::new();
        let mut buttons = Vec::new();
        let mut pressed = None;
        for element in owned {
            controls.extend(Control::read(element));
            if let Some(button) = Button::read(element) {
                if chosen.is_some_and(|chosen| chosen.id() == element.id()) {
                    if button.is_disabled {
                        let label = button.label();
                        self.fail(&format!("the button `{label}` is disabled"), Show::Source);
                    }
                    pressed = Some(buttons.len());
                }
                let action = button.action.as_deref();
                buttons.push(Pressable {
                    address: action.map(|action| self.action(action)),
                    at: controls.len(),
                    button,
                });
            }
        }
        settle_groups(&mut controls);
        let first = buttons.iter().position(|found| !found.button.is_disabled);
        let lower = |name: &str| {
            form.attr(name)
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        };
        Form {
            client: self.client.clone(),
            page: self.request().target.clone(),
            fetch: self.fetch_by(form),
            address: self.action(form.attr("action").unwrap_or_default()),
            method: lower("method"),
            enctype: lower("enctype"),
            controls,
            buttons,
            pressed: pressed.or(first),
        }
    }

    /// Where an action sends a form: an empty one, or none, to its own page.
    fn action(&self, action: &str) -> Result<Url, String> {
        match action.trim() {
            "" => Ok(self.request().target.url.clone()),
            action => self.address(action),
        }
    }
}
