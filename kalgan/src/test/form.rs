//! Filling in a form and sending it, as a browser does.

use crate::test::client::Client;
use crate::test::controls::{Button, Control, Kind};
use crate::test::html::normal;
use crate::test::multipart::{Multipart, Upload};
use crate::test::request::{Outgoing, RequestBuilder};
use crate::test::response::Response;
use crate::test::target::Target;
use bytes::Bytes;
use http::Method;
use http::header::{HeaderMap, HeaderValue, ORIGIN, REFERER};
use std::pin::Pin;
use url::Url;

/// A form of a page, with the values that the page gives its fields.
///
/// ```
/// # use kalgan::test::Client;
/// # let client = Client::new(tower::service_fn(|request: kalgan::Request| async move {
/// #     let page = "<form method='post' action='/join'>
/// #         <input type='hidden' name='token' value='t'> <input name='name'>
/// #         <input type='checkbox' name='news' value='yes'>
/// #         <select name='plan'><option>small</option><option>large</option></select>
/// #         <button name='go' value='1'>Join</button></form>";
/// #     let body = kalgan::response::html(page);
/// #     Ok::<_, std::convert::Infallible>(body)
/// # }));
/// let page = client.get("/join").send();
/// let form = page.form("form").fill("name", "Ida").check("news").fill("plan", "large");
/// assert_eq!(form.value("token").as_deref(), Some("t"));
/// form.send().assert_ok();
/// ```
#[derive(Clone, Debug)]
#[must_use = "a form is sent by `.send()`, in an async test by `.await`"]
pub struct Form {
    pub(super) client: Client,
    /// The page's path, for messages.
    pub(super) page: String,
    pub(super) referrer: HeaderValue,
    pub(super) address: Url,
    pub(super) method: String,
    pub(super) enctype: String,
    pub(super) controls: Vec<Control>,
    pub(super) buttons: Vec<Pressable>,
    /// The button that is pressed.
    pub(super) pressed: Option<usize>,
}

/// A button of the form.
#[derive(Clone, Debug)]
pub(super) struct Pressable {
    pub(super) button: Button,
    /// Where it sends the form, if not where the form says.
    pub(super) address: Option<Url>,
    /// How many controls stand before it.
    pub(super) at: usize,
}

impl Form {
    /// Gives a field a value: a text field its text, a list the option with this value, radio
    /// buttons the one with this value, and a check box is ticked by its value.
    ///
    /// # Panics
    /// The form has no such field, it is disabled, or it has no such option.
    #[track_caller]
    pub fn fill(self, name: &str, value: &str) -> Self {
        self.fill_all(name, &[value])
    }

    /// Gives a list or check boxes of one name exactly these values, and text fields of one name
    /// these texts in order.
    ///
    /// # Panics
    /// The form has no such field, it is disabled, or it has no such option.
    #[track_caller]
    pub fn fill_all(mut self, name: &str, values: &[&str]) -> Self {
        let problem = self.set(name, values);
        if let Err(problem) = problem {
            panic!("the form of {}: {problem}", self.page);
        }
        self
    }

    /// Ticks the check box.
    ///
    /// # Panics
    /// The form has none of that name, or several: [`fill_all`](Self::fill_all) says which by their
    /// values.
    #[track_caller]
    pub fn check(self, name: &str) -> Self {
        self.tick(name, true)
    }

    /// Takes the tick from the check box.
    ///
    /// # Panics
    /// The form has none of that name, or several.
    #[track_caller]
    pub fn uncheck(self, name: &str) -> Self {
        self.tick(name, false)
    }

    /// Chooses a file, beside those that were chosen before where the field takes several.
    ///
    /// # Panics
    /// The form has no such field for files.
    #[track_caller]
    pub fn attach(mut self, name: &str, file: Upload) -> Self {
        let page = self.page.clone();
        self.known(name);
        let chosen = self
            .usable(name)
            .find_map(|control| match &mut control.kind {
                Kind::Files { files, is_multiple } => Some((files, *is_multiple)),
                _ => None,
            });
        let Some((files, is_multiple)) = chosen else {
            panic!("the form of {page}: the field `{name}` does not take files");
        };
        if !is_multiple {
            files.clear();
        }
        files.push(file);
        self
    }

    /// Presses another button of the form, by its label.
    ///
    /// # Panics
    /// The form has no such button that can be pressed.
    #[track_caller]
    pub fn press(mut self, label: &str) -> Self {
        let wanted = normal(label);
        let found = self
            .buttons
            .iter()
            .position(|found| found.button.label == wanted && !found.button.is_disabled);
        if found.is_none() {
            let labels: Vec<&String> = self.buttons.iter().map(|b| &b.button.label).collect();
            panic!(
                "the form of {} has no button `{wanted}` that can be pressed; it has {labels:?}",
                self.page
            );
        }
        self.pressed = found;
        self
    }

    /// The value that is sent for a field: the first, where there are several.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        let mut values = self.values().into_iter();
        values.find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The names and values that are sent, in the order of the form; of a file its name.
    #[must_use]
    pub fn values(&self) -> Vec<(String, String)> {
        self.entries()
            .into_iter()
            .map(|(name, entry)| match entry {
                Entry::Text(text) => (name, text),
                Entry::File(file) => (name, file.name().to_owned()),
            })
            .collect()
    }

    /// The request that sends the form, for adding to it.
    ///
    /// # Panics
    /// The form's method is `dialog`, which sends nothing.
    #[track_caller]
    pub fn request(self) -> RequestBuilder {
        let button = self.pressed.and_then(|index| self.buttons.get(index));
        let lower = |text: &String| text.trim().to_ascii_lowercase();
        let method = button
            .and_then(|pressed| pressed.button.method.as_ref().map(lower))
            .unwrap_or_else(|| self.method.clone());
        let enctype = button
            .and_then(|pressed| pressed.button.enctype.as_ref().map(lower))
            .unwrap_or_else(|| self.enctype.clone());
        let mut url = button
            .and_then(|pressed| pressed.address.clone())
            .unwrap_or_else(|| self.address.clone());
        assert!(
            method != "dialog",
            "the form of {} has the method `dialog`: it sends nothing",
            self.page
        );
        let entries = self.entries();
        let mut headers = HeaderMap::new();
        headers.insert(REFERER, self.referrer);
        if method != "post" {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(texts(&entries));
            url.set_query(Some(&query.finish()));
            return RequestBuilder::of(self.client, outgoing(Method::GET, url, headers));
        }
        let target = Target::of(url.clone());
        if let Ok(origin) = HeaderValue::from_str(target.origin()) {
            headers.insert(ORIGIN, origin);
        }
        let request = RequestBuilder::of(self.client, outgoing(Method::POST, url, headers));
        match enctype.as_str() {
            "multipart/form-data" => {
                let mut form = Multipart::new();
                for (name, entry) in entries {
                    form = match entry {
                        Entry::Text(text) => form.text(name, text),
                        Entry::File(file) => form.file(name, file),
                    };
                }
                request.multipart(form)
            }
            "text/plain" => {
                let lines = texts(&entries).map(|(name, value)| format!("{name}={value}\r\n"));
                let body: String = lines.collect();
                request.content("text/plain", body.into())
            }
            _ => {
                let mut body = url::form_urlencoded::Serializer::new(String::new());
                body.extend_pairs(texts(&entries));
                request.content("application/x-www-form-urlencoded", body.finish().into())
            }
        }
    }

    /// Sends the form, by the button that is pressed.
    ///
    /// # Panics
    /// As [`RequestBuilder::send`] does.
    #[track_caller]
    pub fn send(self) -> Response {
        self.request().send()
    }

    /// What is sent, in the order of the page (the "entry list" of the HTML standard).
    fn entries(&self) -> Vec<(String, Entry)> {
        let pressed = self.pressed.and_then(|index| self.buttons.get(index));
        let mut entries = Vec::new();
        for index in 0..=self.controls.len() {
            if let Some(pressed) = pressed.filter(|pressed| pressed.at == index) {
                let of_button = pressed.button.entries().into_iter();
                entries.extend(of_button.map(|(name, value)| text_entry(&name, &value)));
            }
            if let Some(control) = self.controls.get(index).filter(|c| !c.is_disabled) {
                entries.extend(entries_of(control));
            }
        }
        entries
    }

    fn usable(&mut self, name: &str) -> impl Iterator<Item = &mut Control> {
        self.controls
            .iter_mut()
            .filter(move |control| control.name == name && !control.is_disabled)
    }

    /// Panics where there is no such field that can be used.
    #[track_caller]
    fn known(&self, name: &str) {
        if let Err(problem) = self.find(name) {
            panic!("the form of {}: {problem}", self.page);
        }
    }

    fn find(&self, name: &str) -> Result<(), String> {
        let mut named = self.controls.iter().filter(|control| control.name == name);
        if named.clone().next().is_none() {
            let mut names: Vec<&str> = self.controls.iter().map(|c| c.name.as_str()).collect();
            names.dedup();
            return Err(format!("there is no field `{name}`; there are {names:?}"));
        }
        if named.all(|control| control.is_disabled) {
            return Err(format!(
                "the field `{name}` is disabled, so that a browser does not send it"
            ));
        }
        Ok(())
    }

    fn set(&mut self, name: &str, values: &[&str]) -> Result<(), String> {
        self.find(name)?;
        let mut left: Vec<&str> = values.to_vec();
        let mut offered: Vec<String> = Vec::new();
        for control in self.usable(name) {
            match &control.kind {
                Kind::Check { value, .. } | Kind::Radio { value, .. } => {
                    offered.push(value.clone())
                }
                Kind::Select { options, .. } => offered.extend(
                    options
                        .iter()
                        .filter(|option| !option.is_disabled)
                        .map(|option| option.value.clone()),
                ),
                Kind::Text(_) | Kind::Files { .. } => {}
            }
        }
        for control in self.usable(name) {
            let mut take = |value: &str| match left.iter().position(|left| *left == value) {
                Some(index) => {
                    left.remove(index);
                    true
                }
                None => false,
            };
            match &mut control.kind {
                Kind::Text(text) => {
                    if !left.is_empty() {
                        *text = left.remove(0).to_owned();
                    }
                }
                Kind::Check { value, is_checked } | Kind::Radio { value, is_checked } => {
                    *is_checked = take(value);
                }
                Kind::Select {
                    options,
                    is_multiple: true,
                } => {
                    for option in options {
                        option.is_selected = !option.is_disabled && take(&option.value);
                    }
                }
                Kind::Select { options, .. } => {
                    let chosen = options
                        .iter()
                        .position(|option| !option.is_disabled && take(&option.value));
                    // Another list of this name may have the value.
                    if chosen.is_some() {
                        for (index, option) in options.iter_mut().enumerate() {
                            option.is_selected = Some(index) == chosen;
                        }
                    }
                }
                Kind::Files { .. } => {
                    return Err(format!("the field `{name}` takes files: use `attach`"));
                }
            }
        }
        match left.first() {
            None => Ok(()),
            Some(value) if offered.is_empty() => {
                Err(format!("there is no further field `{name}` for `{value}`"))
            }
            Some(value) => Err(format!(
                "the field `{name}` has no option `{value}`; it has {offered:?}"
            )),
        }
    }

    #[track_caller]
    fn tick(mut self, name: &str, is_ticked: bool) -> Self {
        self.known(name);
        let page = self.page.clone();
        let mut boxes: Vec<&mut bool> = self
            .usable(name)
            .filter_map(|control| match &mut control.kind {
                Kind::Check { is_checked, .. } => Some(is_checked),
                _ => None,
            })
            .collect();
        match boxes.as_mut_slice() {
            [one] => **one = is_ticked,
            [] => panic!("the form of {page}: the field `{name}` is no check box"),
            several => panic!(
                "the form of {page}: there are {} check boxes `{name}`: say which by `fill_all`",
                several.len()
            ),
        }
        self
    }
}

impl IntoFuture for Form {
    type Output = Response;
    type IntoFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

    /// Sends the form, in an async test.
    #[track_caller]
    fn into_future(self) -> Self::IntoFuture {
        self.request().into_future()
    }
}

enum Entry {
    Text(String),
    File(Upload),
}

fn entries_of(control: &Control) -> Vec<(String, Entry)> {
    let name = &control.name;
    match &control.kind {
        Kind::Text(_) if name == "_charset_" => vec![text_entry(name, "UTF-8")],
        Kind::Text(text) => vec![text_entry(name, text)],
        Kind::Check { value, is_checked } | Kind::Radio { value, is_checked } => is_checked
            .then(|| text_entry(name, value))
            .into_iter()
            .collect(),
        Kind::Select { options, .. } => options
            .iter()
            .filter(|option| option.is_selected && !option.is_disabled)
            .map(|option| text_entry(name, &option.value))
            .collect(),
        Kind::Files { files, .. } => {
            let none = [Upload::none()];
            let files = if files.is_empty() { &none[..] } else { files };
            files
                .iter()
                .map(|file| (line_breaks(name), Entry::File(file.clone())))
                .collect()
        }
    }
}

fn text_entry(name: &str, text: &str) -> (String, Entry) {
    (line_breaks(name), Entry::Text(line_breaks(text)))
}

/// The entries where there is no place for files: a file is its name.
fn texts(entries: &[(String, Entry)]) -> impl Iterator<Item = (&str, &str)> {
    entries.iter().map(|(name, entry)| match entry {
        Entry::Text(text) => (name.as_str(), text.as_str()),
        Entry::File(file) => (name.as_str(), file.name()),
    })
}

/// Line breaks are CRLF in what a form sends.
fn line_breaks(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}

fn outgoing(method: Method, url: Url, headers: HeaderMap) -> Outgoing {
    Outgoing {
        method,
        target: Target::of(url),
        headers,
        body: Bytes::new(),
    }
}
