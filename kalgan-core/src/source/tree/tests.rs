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

/// A folder on disk of the test's own.
#[cfg(unix)]
struct Folder(std::path::PathBuf);

#[cfg(unix)]
impl Folder {
    fn new(name: &str) -> Self {
        let root = std::env::temp_dir().join(format!("kalgan-tree-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&root).unwrap();
        Self(root)
    }

    fn write(&self, path: &str) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, "text").unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.0.join(from), self.0.join(to)).unwrap();
    }

    fn link(&self, target: &str, path: &str) {
        std::os::unix::fs::symlink(target, self.0.join(path)).unwrap();
    }

    /// Makes folders old, so that no look lists them again for being fresh.
    fn make_old(&self, folders: &[&str]) {
        for folder in folders {
            let folder = std::fs::File::open(self.0.join(folder)).unwrap();
            let an_hour_ago = SystemTime::now() - std::time::Duration::from_secs(3600);
            folder.set_modified(an_hour_ago).unwrap();
        }
    }
}

#[cfg(unix)]
impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn what_comes_with_something_that_turned_into_a_folder_is_told_too() {
    let mut memory = Memory::with([("t/a", "1"), ("t/gone", "1"), ("t/z", "1")]);
    let mut tree = Tree::new("t");
    tree.look(&memory, Look::All).unwrap();
    memory.remove("t/a");
    memory.remove("t/gone");
    memory.write("t/a/x", "1");
    memory.write("t/new", "1");
    assert_eq!(
        changed(&mut tree, &memory, Look::Named(&named(&["t/a"]))),
        (strings(&["t/a/x", "t/new"]), strings(&["t/a", "t/gone"]))
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_takes_the_place_of_another() {
    let folder = Folder::new("place");
    folder.write("t/d/b");
    folder.write("other/b");
    folder.write("third/b");
    folder.link("../third", "t/link");
    let disk = Disk::new(&folder.0);
    let mut tree = Tree::new("t");
    tree.look(&disk, Look::All).unwrap();
    folder.rename("t/d", "old");
    folder.rename("other", "t/d");
    folder.make_old(&["t", "t/d"]);
    assert!(!tree.is_up_to_date(&disk, Look::Named(&named(&["t/d"]))));
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&named(&["t/d"]))),
        (strings(&["t/d/b"]), vec![])
    );
    folder.link("../old", "t/new");
    folder.rename("t/new", "t/link");
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&named(&["t/link"]))),
        (strings(&["t/link/b"]), vec![])
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_seen_once_it_leads_to_something() {
    let folder = Folder::new("nothing");
    folder.write("t/a");
    folder.link("../later", "t/link");
    folder.link("nowhere", "t/b");
    let disk = Disk::new(&folder.0);
    let mut tree = Tree::new("t");
    folder.make_old(&["t"]);
    tree.look(&disk, Look::All).unwrap();
    let nothing = BTreeSet::new();
    assert!(tree.is_up_to_date(&disk, Look::Named(&nothing)));
    // The folder that the link is in stays as it is.
    folder.write("later");
    assert!(!tree.is_up_to_date(&disk, Look::Named(&nothing)));
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&nothing)),
        (strings(&["t/link"]), vec![])
    );
    assert!(tree.is_up_to_date(&disk, Look::Named(&nothing)));
    folder.write("c");
    folder.rename("c", "t/b");
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&nothing)),
        (strings(&["t/b"]), vec![])
    );
    std::fs::remove_file(folder.0.join("later")).unwrap();
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&named(&["t/link"]))),
        (vec![], strings(&["t/link"]))
    );
}

#[cfg(unix)]
#[test]
fn a_walk_ends_at_a_link_to_a_folder_that_it_is_in() {
    let folder = Folder::new("circle");
    folder.write("t/a");
    folder.write("t/d/b");
    folder.link(".", "t/one");
    folder.link("../t", "t/two");
    folder.link("..", "t/d/up");
    let disk = Disk::new(&folder.0);
    let mut tree = Tree::new("t");
    let all = (strings(&["t/a", "t/d/b"]), vec![]);
    assert_eq!(changed(&mut tree, &disk, Look::All), all);
    folder.make_old(&["t", "t/d"]);
    let nothing = BTreeSet::new();
    for _ in 0..2 {
        assert_eq!(
            changed(&mut tree, &disk, Look::Named(&nothing)),
            (vec![], vec![])
        );
    }
    assert!(tree.is_up_to_date(&disk, Look::Named(&nothing)));
    // A new one, and one that leads elsewhere now.
    folder.link("../d", "t/d/three");
    folder.write("other/c");
    folder.link("../other", "t/new");
    folder.rename("t/new", "t/one");
    assert_eq!(
        changed(&mut tree, &disk, Look::Named(&nothing)),
        (strings(&["t/one/c"]), vec![])
    );
    // A link that leads nowhere at all is named.
    folder.link("itself", "t/d/itself");
    let error = tree.look(&disk, Look::All).unwrap_err().to_string();
    assert!(error.starts_with("`t/d/itself`: "), "{error}");
}

#[test]
fn what_is_forgotten_is_found_again() {
    let memory = Memory::with([("t/a", "1"), ("t/b", "1")]);
    for path in ["t", "t/a"] {
        let mut tree = Tree::new(path);
        tree.look(&memory, Look::All).unwrap();
        tree.forget("t/a");
        let nothing = BTreeSet::new();
        assert!(!tree.is_up_to_date(&memory, Look::Named(&nothing)));
        assert_eq!(
            changed(&mut tree, &memory, Look::Named(&nothing)),
            (strings(&["t/a"]), vec![]),
            "{path}"
        );
    }
}
