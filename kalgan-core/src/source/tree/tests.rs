use super::*;
use crate::source::{Disk, Memory};

fn changed(tree: &mut Tree, source: &dyn Source, look: Look<'_>) -> (Vec<String>, Vec<String>) {
    let mut changes = tree.look(source, look).unwrap();
    changes.changed.sort();
    changes.gone.sort();
    (changes.changed, changes.gone)
}

fn named(paths: &[&str]) -> BTreeSet<String> {
    paths.iter().map(ToString::to_string).collect()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn files_come_in_the_order_of_a_walk() {
    let memory = Memory::with([("t/a.html", ""), ("t/a/z", ""), ("t/a-b", ""), ("t/b", "")]);
    let mut tree = Tree::new("t");
    tree.look(&memory, Look::All).unwrap();
    let paths: Vec<&str> = tree.files().map(|(path, _)| path).collect();
    assert_eq!(paths, ["t/a/z", "t/a-b", "t/a.html", "t/b"]);
    let walked: Vec<String> = memory
        .walk("t")
        .unwrap()
        .unwrap()
        .into_iter()
        .map(|entry| entry.path)
        .collect();
    assert_eq!(paths, walked);
}

#[test]
fn a_look_at_what_is_named_sees_new_and_removed_files_by_itself() {
    let mut memory = Memory::with([("t/a", "1"), ("t/d/b", "1"), ("other", "")]);
    let mut tree = Tree::new("t");
    let nothing = BTreeSet::new();
    assert_eq!(
        changed(&mut tree, &memory, Look::Named(&nothing)),
        (strings(&["t/a", "t/d/b"]), vec![])
    );
    assert_eq!(
        changed(&mut tree, &memory, Look::Named(&nothing)),
        (vec![], vec![])
    );
    memory.write("t/d/c", "1");
    memory.write("t/e/f/g", "1");
    memory.remove("t/a");
    assert_eq!(
        changed(&mut tree, &memory, Look::Named(&nothing)),
        (strings(&["t/d/c", "t/e/f/g"]), strings(&["t/a"]))
    );
    // Another content is seen where it is named.
    memory.write("t/d/b", "2");
    assert_eq!(
        changed(&mut tree, &memory, Look::Named(&nothing)),
        (vec![], vec![])
    );
    assert_eq!(
        changed(
            &mut tree,
            &memory,
            Look::Named(&named(&["t/d/b", "t/none"]))
        ),
        (strings(&["t/d/b"]), vec![])
    );
    // A folder goes with all that is below it.
    memory.remove("t/e/f/g");
    assert_eq!(
        changed(&mut tree, &memory, Look::Named(&nothing)),
        (vec![], strings(&["t/e/f/g"]))
    );
    memory.write("t/d/b", "3");
    assert_eq!(
        changed(&mut tree, &memory, Look::All),
        (strings(&["t/d/b"]), vec![])
    );
}

#[test]
fn on_disk_as_well() {
    let root = std::env::temp_dir().join(format!("kalgan-tree-{}", std::process::id()));
    std::fs::create_dir_all(root.join("t/d")).unwrap();
    let write = |path: &str, text: &str| std::fs::write(root.join(path), text).unwrap();
    write("t/a", "1");
    write("t/d/b", "1");
    let disk = Disk::new(&root);
    let mut tree = Tree::new("t");
    tree.look(&disk, Look::All).unwrap();
    let nothing = BTreeSet::new();
    for round in 0..20 {
        // As editors do: the new content takes the old one's name.
        write("t/d/.b.tmp", &format!("{round:03}"));
        std::fs::rename(root.join("t/d/.b.tmp"), root.join("t/d/b")).unwrap();
        write(&format!("t/d/new{round}"), "");
        assert_eq!(
            changed(&mut tree, &disk, Look::Named(&named(&["t/d/b"]))),
            (strings(&["t/d/b", &format!("t/d/new{round}")]), vec![])
        );
        std::fs::remove_file(root.join(format!("t/d/new{round}"))).unwrap();
        assert_eq!(
            changed(&mut tree, &disk, Look::Named(&nothing)),
            (vec![], strings(&[&format!("t/d/new{round}")]))
        );
    }
    // A file that becomes a folder, and a folder that goes.
    std::fs::remove_file(root.join("t/a")).unwrap();
    std::fs::create_dir(root.join("t/a")).unwrap();
    write("t/a/x", "");
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&named(&["t/a"]))),
        (strings(&["t/a/x"]), strings(&["t/a"]))
    );
    std::fs::remove_dir_all(root.join("t")).unwrap();
    let gone = changed(&mut tree, &disk, Look::Named(&nothing)).1;
    assert_eq!(gone, strings(&["t/a/x", "t/d/b"]));
    assert!(!tree.is_there());
    std::fs::remove_dir_all(root).unwrap();
}
