//! A list of rows of which one is chosen.

/// The rows by their keys, the chosen one, and the part in view.
///
/// Until the operator chooses, the choice is the end that matters and stays there; a chosen row is
/// held by its key, wherever it goes.
#[derive(Debug, Clone)]
pub(super) struct List<K> {
    keys: Vec<K>,
    chosen: Option<K>,
    top: usize,
    height: usize,
    /// Whether the end that matters is the last row.
    is_tail: bool,
    /// Whether the wheel has moved the view away from the choice.
    is_astray: bool,
    /// Whether the choice is to be shown with the rows around it.
    is_sought: bool,
}

impl<K: Clone + PartialEq> List<K> {
    /// An empty list; `is_tail` says that its end matters, not its start.
    pub(super) fn new(is_tail: bool) -> Self {
        Self {
            keys: Vec::new(),
            chosen: None,
            top: 0,
            height: 0,
            is_tail,
            is_astray: false,
            is_sought: false,
        }
    }

    /// Shows these rows in a view of `height` rows.
    pub(super) fn show(&mut self, keys: Vec<K>, height: usize) {
        self.keys = keys;
        self.height = height;
        if self.chosen.as_ref().is_some_and(|c| !self.keys.contains(c)) {
            self.chosen = None;
        }
        self.settle();
    }

    /// Keeps the view within the rows, and at the choice.
    fn settle(&mut self) {
        let most = self.keys.len().saturating_sub(self.height);
        if let Some(at) = self.place().filter(|_| !self.is_astray) {
            if std::mem::take(&mut self.is_sought) {
                self.top = at.saturating_sub(self.height * 2 / 3);
            }
            let least = (at + 1).saturating_sub(self.height);
            self.top = self.top.clamp(least, at.max(least));
        }
        self.top = self.top.min(most);
    }

    /// The place of the chosen row among all.
    pub(super) fn place(&self) -> Option<usize> {
        match &self.chosen {
            Some(key) => self.keys.iter().position(|k| k == key),
            None if self.is_tail => self.keys.len().checked_sub(1),
            None => (!self.keys.is_empty()).then_some(0),
        }
    }

    /// The key of the chosen row.
    pub(super) fn chosen(&self) -> Option<&K> {
        self.keys.get(self.place()?)
    }

    /// The places in view.
    pub(super) fn in_view(&self) -> std::ops::Range<usize> {
        self.top..(self.top + self.height).min(self.keys.len())
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Moves the choice by rows.
    pub(super) fn move_by(&mut self, by: isize) {
        let last = self.keys.len().saturating_sub(1);
        if let Some(at) = self.place() {
            self.choose(at.saturating_add_signed(by).min(last));
        }
    }

    /// Moves the choice by views.
    pub(super) fn page_by(&mut self, by: isize) {
        // The height of a screen is far below the limit of the type.
        self.move_by(by * self.height.saturating_sub(1).max(1) as isize);
    }

    /// Chooses the first row.
    pub(super) fn first(&mut self) {
        self.choose(0);
        if !self.is_tail {
            self.let_go();
        }
    }

    /// Chooses the last row.
    pub(super) fn last(&mut self) {
        self.choose(self.keys.len().saturating_sub(1));
        if self.is_tail {
            self.let_go();
        }
    }

    /// Chooses the row at this place of the view. Returns whether there is one.
    pub(super) fn choose_in_view(&mut self, row: usize) -> bool {
        let is_there = self.in_view().contains(&(self.top + row));
        if is_there {
            self.choose(self.top + row);
        }
        is_there
    }

    /// Chooses the row with this key, and shows it with the rows around it.
    pub(super) fn choose_key(&mut self, key: K) {
        self.chosen = Some(key);
        self.is_astray = false;
        self.is_sought = true;
    }

    /// Goes back to the end that matters.
    pub(super) fn let_go(&mut self) {
        self.chosen = None;
        self.is_astray = false;
    }

    /// Moves the view by rows, and leaves the choice where it is.
    pub(super) fn scroll_by(&mut self, by: isize) {
        self.is_astray = true;
        self.top = self.top.saturating_add_signed(by);
        self.settle();
    }

    fn choose(&mut self, at: usize) {
        self.chosen = self.keys.get(at).cloned();
        self.is_astray = false;
        self.settle();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_stays_with_its_row() {
        let mut list = List::new(false);
        list.show(vec!["a", "b", "c", "d"], 2);
        assert_eq!(list.chosen(), Some(&"a"));
        list.show(vec!["z", "a", "b", "c"], 2);
        assert_eq!(list.chosen(), Some(&"z"), "nobody has chosen yet");
        list.move_by(2);
        assert_eq!((list.chosen(), list.in_view()), (Some(&"b"), 1..3));
        list.show(vec!["b", "z", "a", "c"], 2);
        assert_eq!((list.chosen(), list.in_view()), (Some(&"b"), 0..2));
        list.show(vec!["z", "a"], 2);
        assert_eq!(list.chosen(), Some(&"z"), "it is gone");
        list.page_by(9);
        assert_eq!(list.chosen(), Some(&"a"));
        list.first();
        list.show(vec!["y", "z", "a"], 2);
        assert_eq!(list.chosen(), Some(&"y"));
        list.show(Vec::new(), 0);
        assert_eq!((list.chosen(), list.in_view()), (None, 0..0));
        list.move_by(1);
        list.last();
        assert_eq!(list.chosen(), None);
    }

    #[test]
    fn a_tail_follows_what_is_added_until_a_row_is_chosen() {
        let mut list = List::new(true);
        list.show(vec![1, 2, 3], 2);
        assert_eq!((list.chosen(), list.in_view()), (Some(&3), 1..3));
        list.show(vec![1, 2, 3, 4], 2);
        assert_eq!((list.chosen(), list.in_view()), (Some(&4), 2..4));
        list.move_by(-3);
        list.show(vec![1, 2, 3, 4, 5], 2);
        assert_eq!((list.chosen(), list.in_view()), (Some(&1), 0..2));
        list.last();
        list.show(vec![1, 2, 3, 4, 5, 6], 2);
        assert_eq!(list.chosen(), Some(&6));
        list.choose_key(3);
        list.show(vec![1, 2, 3, 4, 5, 6], 3);
        assert_eq!((list.chosen(), list.in_view()), (Some(&3), 0..3));
        list.choose_key(4);
        list.show(vec![1, 2, 3, 4, 5, 6], 3);
        assert_eq!(list.in_view(), 1..4);
    }

    #[test]
    fn the_wheel_moves_the_view_alone() {
        let mut list = List::new(false);
        list.show((0..9).collect(), 3);
        list.scroll_by(4);
        assert_eq!((list.chosen(), list.in_view()), (Some(&0), 4..7));
        list.scroll_by(99);
        assert_eq!(list.in_view(), 6..9);
        assert!(list.choose_in_view(1));
        assert!(!list.choose_in_view(3));
        assert_eq!(list.chosen(), Some(&7));
        list.move_by(-7);
        assert_eq!(list.in_view(), 0..3);
    }
}
