//! Reading XML into the tree that selectors look into.

use html5ever::interface::{ElementFlags, NodeOrText, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, Prefix, QualName, expanded_name, local_name, ns};
use roxmltree::{Document, Node, NodeType, ParsingOptions};
use scraper::{Html, HtmlTreeSink};
use std::collections::HashMap;

/// What a selector of XML that cannot be read may lack.
pub(super) const ABOUT_PREFIXES: &str =
    "an element with a prefix is selected by its name alone, as `creator` for `dc:creator`";

/// Reads XML as strictly as feed readers and search engines do. Names keep their case, CDATA is text.
///
/// # Errors
/// What is not well-formed, with its line and column.
pub(super) fn parse(text: &str) -> Result<Html, String> {
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let document =
        Document::parse_with_options(text, options).map_err(|error| error.to_string())?;
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parents = HashMap::from([(document.root().id(), sink.get_document())]);
    for node in document.descendants() {
        // A parent stands before its children, and only elements have some.
        let parent = node.parent().and_then(|parent| parents.get(&parent.id()));
        let Some(parent) = parent.copied() else {
            continue;
        };
        match node.node_type() {
            NodeType::Element => {
                let name = element_name(node);
                let is_template = name.expanded() == expanded_name!(html "template");
                let element = sink.create_element(name, attributes(node), ElementFlags::default());
                sink.append(&parent, NodeOrText::AppendNode(element));
                let inside = match is_template {
                    true => sink.get_template_contents(&element),
                    false => element,
                };
                parents.insert(node.id(), inside);
            }
            NodeType::Text => {
                let text = StrTendril::from(node.text().unwrap_or_default());
                sink.append(&parent, NodeOrText::AppendText(text));
            }
            NodeType::Root | NodeType::Comment | NodeType::PI => {}
        }
    }
    Ok(sink.finish())
}

fn element_name(node: Node<'_, '_>) -> QualName {
    let name = node.tag_name();
    qualified(node, name.namespace(), name.name())
}

fn attributes(node: Node<'_, '_>) -> Vec<Attribute> {
    let attributes = node.attributes().map(|attribute| Attribute {
        name: qualified(node, attribute.namespace(), attribute.name()),
        value: attribute.value().into(),
    });
    attributes.collect()
}

fn qualified(node: Node<'_, '_>, namespace: Option<&str>, name: &str) -> QualName {
    let prefix = namespace.and_then(|namespace| node.lookup_prefix(namespace));
    QualName::new(
        prefix.map(Prefix::from),
        namespace.map_or(ns!(), Namespace::from),
        LocalName::from(name),
    )
}
