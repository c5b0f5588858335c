//! The checks that are kept up to date find what those of a whole set find.

use super::{Changes, Known, Lint, in_files, lines, of_templates};
use crate::templates::Set;
use crate::templates::tests::entry;
use crate::text::Text;
use std::collections::BTreeMap;

/// Texts that templates may have, with links between all of them.
const TEXTS: [&str; 16] = [
    "plain",
    "other text {{ x }}",
    "{% block a %}{% endblock %}",
    "{% block a %}{% block b %}{% endblock %}{% endblock %}",
    "{% extends \"t0\" %}{% block a %}x{% endblock %}",
    "{% extends \"t0\" %}\n\n{% block b %}{{ super() }}{% endblock %}",
    "{% extends \"t1\" %}{% block a %}{% endblock %}",
    "{% include \"t2\" %}",
    "x {% include \"t2\" %}{% include \"t3\" %}",
    "{% include \"t0\" %}",
    "{% broken",
    "{% component c0(y) %}{{ y }}{{ z }}{% endcomponent %}",
    "{% component c0() %}{% include \"t2\" %}{% endcomponent %}",
    "{% component c1(y: integer = 1) %}{{ y }}{{ body }}{% endcomponent %}{{ <c0 y={1} /> }}",
    "{{ <c0 y=\"1\" /> }}{{ <c1 y=\"1\" /> }}",
    "{{ y }} {% extends \"t3\" %}",
];

#[test]
fn an_update_finds_what_a_look_at_all_finds() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..60 {
        let mut lint = Lint::of_files();
        let mut set = Set::default();
        let mut texts: BTreeMap<String, &str> = BTreeMap::new();
        for step in 0..40 {
            let mut changes = BTreeMap::new();
            for _ in 0..random.usize(1..3) {
                let name = format!("t{}", random.usize(0..5));
                if random.usize(0..6) == 0 {
                    texts.remove(&name);
                    changes.insert(Text::from(name), None);
                } else {
                    let text = TEXTS[random.usize(0..TEXTS.len())];
                    texts.insert(name.clone(), text);
                    let entry = entry(&name, text);
                    changes.insert(name.into(), Some(entry));
                }
            }
            let names = changes.keys().cloned().collect();
            set = set.with(changes);
            let files = of_templates(set.with([]));
            let changes = Changes {
                templates: names,
                ..Changes::default()
            };
            lint.update(&Known::new(&files, None), changes);
            let whole = super::set(
                &texts
                    .iter()
                    .map(|(name, text)| (name.as_str(), *text))
                    .collect::<Vec<_>>(),
            );
            assert_eq!(set.names(), whole.names());
            assert_eq!(set.is_whole(), whole.is_whole());
            assert_eq!(set.component_names(), whole.component_names());
            let expected = lines(in_files(&of_templates(whole)));
            let found = lines(lint.diagnostics().cloned().collect());
            assert_eq!(found, expected, "step {step}: {texts:#?}");
        }
    }
}
