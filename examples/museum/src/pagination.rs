//! Pages of a list.

use serde::Serialize;

/// Where one page lies in a list. Pages count from 1.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Pager {
    pub(crate) page: usize,
    pub(crate) pages: usize,
    pub(crate) total: usize,
    pub(crate) previous: Option<usize>,
    pub(crate) next: Option<usize>,
}

/// The items of one page; a page that does not exist gives the nearest one that does.
pub(crate) fn paginate<T>(items: &[T], page: usize, size: usize) -> (&[T], Pager) {
    let size = size.max(1);
    let pages = items.len().div_ceil(size).max(1);
    let page = page.clamp(1, pages);
    let start = (page - 1) * size;
    let end = items.len().min(start + size);
    let pager = Pager {
        page,
        pages,
        total: items.len(),
        previous: (page > 1).then(|| page - 1),
        next: (page < pages).then(|| page + 1),
    };
    (&items[start..end], pager)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_a_list_into_pages() {
        let items: Vec<u32> = (1..=45).collect();
        let (first, pager) = paginate(&items, 1, 20);
        assert_eq!((first.len(), first[0]), (20, 1));
        assert_eq!(
            (pager.pages, pager.previous, pager.next),
            (3, None, Some(2))
        );
        let (last, pager) = paginate(&items, 3, 20);
        assert_eq!((last.len(), last[0]), (5, 41));
        assert_eq!((pager.previous, pager.next), (Some(2), None));
    }

    #[test]
    fn goes_to_the_nearest_page() {
        let items = [1, 2, 3];
        assert_eq!(paginate(&items, 0, 2).1.page, 1);
        assert_eq!(paginate(&items, usize::MAX, 2).1.page, 2);
    }

    #[test]
    fn an_empty_list_has_one_empty_page() {
        let (items, pager) = paginate::<u8>(&[], 1, 20);
        assert!(items.is_empty());
        assert_eq!((pager.page, pager.pages, pager.total), (1, 1, 0));
    }

    #[test]
    fn a_size_of_zero_is_one() {
        assert_eq!(paginate(&[1, 2], 2, 0).0, [2]);
    }
}
