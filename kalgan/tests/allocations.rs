//! What finding a route allocates.

#[path = "../benches/routing/tables.rs"]
mod tables;

use allocation_counter::measure;
use kalgan::__private::find_route;
use tables::Table;

#[test]
fn a_route_is_found_with_one_allocation_at_most() {
    for (table, most) in [
        (Table::github(), 1),
        (Table::generated(1_000), 1),
        (Table::texts(1_000), 0),
    ] {
        assert!(!table.paths.is_empty());
        let app = table.app();
        for (method, path) in &table.requests {
            let count = measure(|| {
                assert!(
                    find_route(&app, method, path).unwrap().is_some(),
                    "{method} {path}"
                );
            });
            assert!(count.count_total <= most, "{path}: {count:?}");
        }
    }
}

#[test]
fn no_route_is_found_without_an_allocation() {
    let app = Table::generated(1_000).app();
    assert!(find_route(&app, "GET", "/page4/about4").unwrap().is_some());
    let count = measure(|| {
        assert!(
            find_route(&app, "GET", "/blog1/topic1/Ünknown/x")
                .unwrap()
                .is_none()
        )
    });
    assert_eq!(count.count_total, 0, "{count:?}");
}
