use super::error;
use crate::text::{SourceFile, Span};
use std::sync::Arc;

/// Message, what is marked, and help.
fn check(text: &str, message: &str, marked: &str, help: &str) {
    let found = error(text);
    assert_eq!(found.message, message, "{text}");
    assert_eq!(&text[found.span.start..found.span.end], marked, "{text}");
    assert_eq!(found.help.as_deref().unwrap_or_default(), help, "{text}");
}

#[test]
fn mistakes_in_tags() {
    check(
        "{% fi x %}",
        "there is no tag `fi`",
        "fi",
        "did you mean `if`?",
    );
    check(
        "{% macro x() %}",
        "there is no tag `macro`",
        "macro",
        "there are components instead: `{% component name(argument) %}`",
    );
    check(
        "{% if a %}{% for b in c %}{% endif %}",
        "`endif` closes nothing here",
        "endif",
        "close the `for` loop first: `{% endfor %}`",
    );
    check("{% endif %}", "`endif` closes nothing here", "endif", "");
    check(
        "a {%- if b %}",
        "the `if` is not closed",
        "{%- if",
        "close it with `{% endif %}`",
    );
    check(
        "{% for a in b %}{% else %}",
        "the `for` loop is not closed",
        "{% for",
        "close it with `{% endfor %}`",
    );
    check(
        "{% if a = b %}{% endif %}",
        "expected an operator or `%}`, found `=`",
        "=",
        "compare with `==`",
    );
    check(
        "{% set loop = 1 %}",
        "`loop` is a reserved word",
        "loop",
        "give the variable another name",
    );
    check(
        "{% include a %}",
        "expected a template's name in quotes, found `a`",
        "a",
        "write the path below the folder of templates, such as `\"base.html\"`",
    );
    check(
        "a{% extends \"b\" %}",
        "`extends` is not the first tag",
        "extends \"b\"",
        "move it to the beginning of the template",
    );
    check(
        "{% extends \"b\" %}{% block c %}{% endblock %}\n  d e\n",
        "this is never written, since the template extends another",
        "d e",
        "move it into a block",
    );
    check(
        "{% break %}",
        "`break` stands outside of a `for` loop",
        "break",
        "remove it",
    );
    check(
        "{% for a in b %}{% block c %}{% endblock %}{% endfor %}",
        "a block stands in a `for` loop",
        "{% block",
        "move it out of the `for` loop",
    );
    check(
        "{% block a %}{% endblock b %}",
        "the block `a` is closed as `b`",
        "b",
        "write `a` here, too",
    );
    check(
        "{%",
        "expected a tag's name, found the end of the template",
        "",
        "",
    );
}

#[test]
fn mistakes_in_expressions() {
    check(
        "{{ a",
        "expected an operator or `}}`, found the end of the template",
        "",
        "close it with `}}`",
    );
    check(
        "<p>{{ a </p>",
        "expected an operator or `}}`, found `</`",
        "</",
        "close the expression with `}}` before it",
    );
    check(
        "{{ a || b }}",
        "expected a filter's name, found `|`",
        "|",
        "write `or`",
    );
    check(
        "{{ a && b }}",
        "the character '&' has no place in a tag",
        "&",
        "write `and`",
    );
    check(
        "{{ größe }}",
        "the character 'ö' has no place in a tag",
        "ö",
        "a name consists of `a` to `z`, digits and `_`; other text stands in quotes",
    );
    check(
        "{{ !a }}",
        "expected a value, found `!`",
        "!",
        "write `not`",
    );
    check(
        "{{ f(1) }}",
        "expected an argument's name, found `1`",
        "1",
        "arguments have names: `name(argument=value)`",
    );
    check(
        "{{ f(a=1, a=2) }}",
        "the argument `a` is given twice",
        "a",
        "remove one of them",
    );
    check(
        "{{ \"a }}",
        "the text that this `\"` begins is not closed",
        "\"",
        "close it with `\"`",
    );
    check(
        "{{ \"\\ä\" }}",
        "`\\ä` is no escape",
        "\\ä",
        "there are `\\\"`, `\\'`, `\\/`, `\\\\`, `\\n`, `\\t` and `\\r`",
    );
    check(
        "{{ 9223372036854775808 }}",
        "the number is too large",
        "9223372036854775808",
        "the largest whole number is 9223372036854775807",
    );
    check(
        "{% for a in b %}{{ loop.revindex }}{% endfor %}",
        "`loop` has no `revindex`",
        "revindex",
        "there are `index`, `index0`, `first`, `last` and `length`",
    );
    check(
        "{{ a.b() }}",
        "a function is called on a value",
        "a.b(",
        "apply a filter instead: `value | name(argument=1)`",
    );
    check(
        "{{ a ~ -b }}",
        "`-` stands behind a `~`",
        "-b",
        "give the value a name with `{% set %}` and join that",
    );
}

#[test]
fn mistakes_in_components() {
    check(
        "{{ <a> }}",
        "a component in an expression has no body",
        "<a>",
        "close it with `/>`, or write `{% <a> %}…{% </a> %}`",
    );
    check(
        "{% <a b=c> %}",
        "expected a text in quotes or `{`, found `c`",
        "c",
        "write `{c}`",
    );
    check(
        "{% component a(b: strin) %}{% endcomponent %}",
        "there is no type `strin`",
        "strin",
        "did you mean `string`?",
    );
    check(
        "{% component a(b: string = 1) %}{% endcomponent %}",
        "the default is of type `integer`, the parameter of type `string`",
        "1",
        "change one of them",
    );
    check(
        "{% component a(b = [c]) %}{% endcomponent %}",
        "a default is made of literals only",
        "[c]",
        "write texts, numbers, `true`, `false` or `none`",
    );
    check(
        "{% if a %}{% component b() %}{% endcomponent %}{% endif %}",
        "a component is defined in another tag",
        "{% component",
        "move it out of the `if`",
    );
}

#[test]
fn notes_show_the_other_place() {
    let text = "{% block a %}{% endblock %}{% block a %}{% endblock %}";
    let found = error(text);
    assert_eq!(found.message, "there are two blocks named `a`");
    assert_eq!(found.span, Span::new(36, 37));
    let [note] = &found.notes[..] else {
        panic!("{found:?}");
    };
    assert_eq!(
        (note.message.as_str(), note.span),
        ("the first one", Span::new(9, 10))
    );

    let file = Arc::new(SourceFile::new("template/a.html", text));
    let diagnostic = found.diagnostic(&file);
    assert_eq!(diagnostic.code, Some("template-syntax"));
    assert_eq!(
        diagnostic.location().as_deref(),
        Some("template/a.html:1:37")
    );
    assert_eq!(diagnostic.notes.len(), 1);
    assert_eq!(diagnostic.help.as_deref(), Some("rename one of them"));
}
