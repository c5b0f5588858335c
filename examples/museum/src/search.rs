//! Search by name in any language, symbol, atomic number or discoverer.

use crate::element::Element;

/// The elements that fit a query, best first; none for an empty query.
pub(crate) fn search<'a>(elements: &'a [Element], query: &str) -> Vec<&'a Element> {
    let query = fold(query.trim());
    if query.is_empty() {
        return Vec::new();
    }
    let mut hits: Vec<_> = elements
        .iter()
        .filter_map(|element| rank(element, &query).map(|rank| (rank, element)))
        .collect();
    // The sort is stable, so equal ranks keep the order of the table.
    hits.sort_by_key(|(rank, _)| *rank);
    hits.into_iter().map(|(_, element)| element).collect()
}

/// How well an element fits a folded query: the lower the better.
fn rank(element: &Element, query: &str) -> Option<u8> {
    let names = element.name.all().map(|(_, name)| fold(name));
    if element.symbol.to_lowercase() == query || element.number.to_string() == query {
        Some(0)
    } else if names.iter().any(|name| name == query) {
        Some(1)
    } else if names.iter().any(|name| name.starts_with(query)) {
        Some(2)
    } else if names.iter().any(|name| name.contains(query)) {
        Some(3)
    } else if element
        .discoverers
        .iter()
        .any(|who| fold(who).contains(query))
    {
        Some(4)
    } else {
        None
    }
}

/// Lower case without accents, full-width forms narrowed and hiragana as katakana, so that
/// “neon”, “NEÓN” and “ねおん” all find their element.
fn fold(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => shift(c, -0xfee0),
            'ぁ'..='ゖ' => shift(c, 0x60),
            _ => c,
        })
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'á' | 'à' | 'â' | 'ä' | 'å' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'í' | 'ì' | 'î' | 'ï' => 'i',
            'ó' | 'ò' | 'ô' | 'ö' | 'ø' | 'ō' => 'o',
            'ú' | 'ù' | 'û' | 'ü' => 'u',
            'ñ' => 'n',
            'ç' => 'c',
            'ł' => 'l',
            _ => c,
        })
        .collect()
}

fn shift(c: char, by: i32) -> char {
    (c as u32)
        .checked_add_signed(by)
        .and_then(char::from_u32)
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    fn symbols(query: &str) -> Vec<String> {
        let store = Store::load().unwrap();
        search(store.elements(), query)
            .iter()
            .map(|e| e.symbol.clone())
            .collect()
    }

    #[test]
    fn finds_by_name_in_each_language() {
        assert_eq!(symbols("Iron")[0], "Fe");
        assert_eq!(symbols("hierro"), ["Fe"]);
        assert_eq!(symbols("水素"), ["H"]);
    }

    #[test]
    fn folds_accents_kana_and_width() {
        assert_eq!(symbols("niquel"), ["Ni"]);
        assert_eq!(symbols("NÍQUEL"), ["Ni"]);
        assert_eq!(symbols("へりうむ"), ["He"]);
        assert_eq!(symbols("Ｆｅ")[0], "Fe");
    }

    #[test]
    fn the_exact_symbol_or_number_comes_first() {
        assert_eq!(symbols("os")[0], "Os");
        assert_eq!(symbols("26"), ["Fe"]);
    }

    #[test]
    fn finds_by_discoverer() {
        assert_eq!(symbols("sklodowska"), ["Po", "Ra"]);
        assert_eq!(symbols("del río"), ["V"]);
    }

    #[test]
    fn nothing_finds_nothing() {
        assert!(symbols("").is_empty());
        assert!(symbols("   ").is_empty());
        assert!(symbols("unobtainium").is_empty());
    }
}
