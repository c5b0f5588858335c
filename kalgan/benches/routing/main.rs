//! Finding routes, with the crate `matchit` beside it: `cargo bench -p kalgan --bench routing`. All
//! requests of a table are looked up in turn, and the time is that of one.

mod tables;

use std::collections::HashSet;

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher, black_box};
use kalgan::__private::find_route;
use tables::Table;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

const SIZES: [usize; 3] = [10, 1_000, 10_000];

fn kalgan(bencher: Bencher<'_, '_>, table: &Table) {
    let app = table.app();
    for (method, path) in &table.requests {
        let found = find_route(&app, method, path).expect("it starts");
        assert!(found.is_some(), "{method} {path}");
    }
    bencher
        .counter(ItemsCount::new(table.requests.len()))
        .bench_local(|| {
            for (method, path) in &table.requests {
                _ = black_box(find_route(&app, black_box(method), black_box(path)));
            }
        });
}

fn matchit(bencher: Bencher<'_, '_>, table: &Table) {
    let mut router = matchit::Router::new();
    let mut known = HashSet::new();
    for path in table.paths.iter().filter(|path| known.insert(*path)) {
        router.insert(path, ()).expect("a path of matchit's");
    }
    for (_, path) in &table.requests {
        assert!(router.at(path).is_ok(), "{path}");
    }
    bencher
        .counter(ItemsCount::new(table.requests.len()))
        .bench_local(|| {
            for (_, path) in &table.requests {
                _ = black_box(router.at(black_box(path)));
            }
        });
}

#[divan::bench(min_time = 1)]
fn github_kalgan(bencher: Bencher<'_, '_>) {
    kalgan(bencher, &Table::github());
}

#[divan::bench(min_time = 1)]
fn github_matchit(bencher: Bencher<'_, '_>) {
    matchit(bencher, &Table::github());
}

#[divan::bench(args = SIZES, min_time = 1)]
fn generated_kalgan(bencher: Bencher<'_, '_>, size: usize) {
    kalgan(bencher, &Table::generated(size));
}

#[divan::bench(args = SIZES, min_time = 1)]
fn generated_matchit(bencher: Bencher<'_, '_>, size: usize) {
    matchit(bencher, &Table::generated(size));
}

#[divan::bench(args = SIZES, min_time = 1)]
fn texts_kalgan(bencher: Bencher<'_, '_>, size: usize) {
    kalgan(bencher, &Table::texts(size));
}

#[divan::bench(args = SIZES, min_time = 1)]
fn texts_matchit(bencher: Bencher<'_, '_>, size: usize) {
    matchit(bencher, &Table::texts(size));
}
