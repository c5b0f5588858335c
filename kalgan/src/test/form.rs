//! Filling in a form and sending it, as a browser does.

use crate::test::client::Client;
use crate::test::controls::{Button, Control, Kind, one_line};
use crate::test::entries::{Entry, texts};
use crate::test::fetch::Fetch;
use crate::test::html::{called, normal};
use crate::test::multipart::{Multipart, Upload};
use crate::test::request::RequestBuilder;
use crate::test::response::Response;
use crate::test::target::{Target, is_same_host};
use http::Method;
use std::fmt;
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
    /// The page that it is in.
    pub(super) page: Target,
    pub(super) fetch: Fetch,
    /// Where it is sent; not known where the page says nothing that can be.
    pub(super) address: Result<Url, String>,
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
    pub(super) address: Option<Result<Url, String>>,
    /// How many controls stand before it.
    pub(super) at: usize,
}

impl Form {
    /// Gives a field a value: a text field its text, a list the option with this value, radio
    /// buttons the one with this value, and a check box is ticked by its value. A hidden field takes
    /// it where there is no other of its name.
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
            panic!("{self}: {problem}");
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
        let form = self.to_string();
        self.known(name);
        let chosen = self
            .usable(name)
            .find_map(|control| match &mut control.kind {
                Kind::Files { files, is_multiple } => Some((files, *is_multiple)),
                _ => None,
            });
        let Some((files, is_multiple)) = chosen else {
            panic!("{form}: the field `{name}` does not take files");
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
        let all: Vec<usize> = (0..self.buttons.len())
            .filter(|at| !self.buttons[*at].button.is_disabled)
            .collect();
        let found = called(&all, &wanted, |at| &self.buttons[*at].button.labels);
        let found = found.first().map(|at| **at);
        if found.is_none() {
            let labels: Vec<&str> = self.buttons.iter().map(|b| b.button.label()).collect();
            panic!("{self} has no button `{wanted}` that can be pressed; it has {labels:?}");
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
    /// The form's method is `dialog`, which sends nothing; or it is sent to another host.
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
        assert!(
            method != "dialog",
            "{self} has the method `dialog`: it sends nothing"
        );
        let address = button.and_then(|pressed| pressed.address.as_ref());
        let mut url = match address.unwrap_or(&self.address) {
            Ok(url) => url.clone(),
            Err(error) => panic!("{self} cannot be sent: {error}"),
        };
        let is_post = method == "post";
        let entries = self.entries();
        if !is_post {
            let mut query = url::form_urlencoded::Serializer::new(String::new());
            query.extend_pairs(texts(&entries));
            url.set_query(Some(&query.finish()));
        }
        if !is_same_host(&url, &self.page.url) {
            let call = if is_post {
                format!("client.post(\"{url}\").form(&form.values())")
            } else {
                format!("client.get(\"{url}\")")
            };
            panic!("{self} is sent to another host: send it by `{call}` if that is the app's");
        }
        let method = if is_post { Method::POST } else { Method::GET };
        let request = RequestBuilder::new(self.client, method, Target::of(url), self.fetch);
        if !is_post {
            return request;
        }
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

    /// Whether no visitor sees a field of that name. Where one does, a hidden one is its twin, which
    /// says what a check box without its tick means, and stays as it is.
    fn is_hidden(&self, name: &str) -> bool {
        let mut named = self.controls.iter().filter(|control| control.name == name);
        named.all(Control::is_hidden)
    }

    fn usable(&mut self, name: &str) -> impl Iterator<Item = &mut Control> {
        let is_hidden = self.is_hidden(name);
        self.controls.iter_mut().filter(move |control| {
            control.name == name && control.is_hidden() == is_hidden && !control.is_disabled
        })
    }

    /// Panics where there is no such field that can be used.
    #[track_caller]
    fn known(&self, name: &str) {
        if let Err(problem) = self.find(name) {
            panic!("{self}: {problem}");
        }
    }

    fn find(&self, name: &str) -> Result<(), String> {
        let mut named = self.controls.iter().filter(|control| control.name == name);
        if named.clone().next().is_none() {
            let mut names: Vec<&str> = self.controls.iter().map(|c| c.name.as_str()).collect();
            names.dedup();
            return Err(format!("there is no field `{name}`; there are {names:?}"));
        }
        let is_hidden = self.is_hidden(name);
        if named.all(|control| control.is_disabled || control.is_hidden() != is_hidden) {
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
                Kind::Line(_) | Kind::Area(_) | Kind::Hidden(_) | Kind::Files { .. } => {}
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
                Kind::Line(text) => {
                    if !left.is_empty() {
                        *text = one_line(left.remove(0));
                    }
                }
                Kind::Area(text) | Kind::Hidden(text) => {
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
        let form = self.to_string();
        let mut boxes: Vec<&mut bool> = self
            .usable(name)
            .filter_map(|control| match &mut control.kind {
                Kind::Check { is_checked, .. } => Some(is_checked),
                _ => None,
            })
            .collect();
        match boxes.as_mut_slice() {
            [one] => **one = is_ticked,
            [] => panic!("{form}: the field `{name}` is no check box"),
            several => panic!(
                "{form}: there are {} check boxes `{name}`: say which by `fill_all`",
                several.len()
            ),
        }
        self
    }
}

impl fmt::Display for Form {
    /// As messages name it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the form of {}", self.page.path_and_query)
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
