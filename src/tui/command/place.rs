//! Where keys are looked up.

/// Where a command can be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    Anywhere,
    Editor,
    Results,
    Cache,
    Monitor,
    /// The panes that hold a list: results, cache and monitor.
    Lists,
    /// All overlays but those that wait for an answer.
    Overlay,
    Page,
    Preview,
    Variants,
    /// The overlays that hold a list: drafts, commands, entries of the cache, versions, templates.
    Picker,
    Drafts,
    Versions,
    Deleting,
    Entries,
    Forgetting,
    Ordering,
    /// The overlays that hold a line to type in.
    Input,
    Prompt,
    Search,
    Quitting,
    Changed,
    Recovered,
    Taken,
}

impl Context {
    /// All contexts, in the order of the help.
    pub const ALL: [Self; 24] = [
        Self::Anywhere,
        Self::Editor,
        Self::Results,
        Self::Cache,
        Self::Monitor,
        Self::Lists,
        Self::Overlay,
        Self::Page,
        Self::Preview,
        Self::Variants,
        Self::Picker,
        Self::Drafts,
        Self::Versions,
        Self::Deleting,
        Self::Entries,
        Self::Forgetting,
        Self::Ordering,
        Self::Input,
        Self::Prompt,
        Self::Search,
        Self::Quitting,
        Self::Changed,
        Self::Recovered,
        Self::Taken,
    ];

    /// The heading of its commands in the help.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Anywhere => "Anywhere",
            Self::Editor => "Editor",
            Self::Results => "Results",
            Self::Cache => "Cache",
            Self::Monitor => "Monitor",
            Self::Lists => "Results, cache, monitor",
            Self::Overlay => "Over the panes",
            Self::Page => "Pages to read",
            Self::Preview => "Preview",
            Self::Variants => "Variants",
            Self::Picker => "Lists over the panes",
            Self::Drafts => "Drafts",
            Self::Versions => "Versions",
            Self::Deleting => "Deleting a draft",
            Self::Entries => "Entries of the cache",
            Self::Forgetting => "Forgetting values",
            Self::Ordering => "Changing a breaker",
            Self::Input => "Lines to type in",
            Self::Prompt => "Names and patterns",
            Self::Search => "Search",
            Self::Quitting => "Quitting unsaved",
            Self::Changed => "A changed file",
            Self::Recovered => "Recovered text",
            Self::Taken => "Open elsewhere",
        }
    }

    /// Whether its commands are those of a pane, which can be run by name.
    #[must_use]
    pub fn is_of_panes(self) -> bool {
        Place::PANES
            .iter()
            .any(|place| place.layers().contains(&self))
    }

    /// Whether a letter alone writes itself somewhere that the context is looked up.
    #[must_use]
    pub fn takes_text(self) -> bool {
        let here = |place: &&Place| place.layers().contains(&self);
        Place::ALL.iter().filter(here).any(|place| place.writes())
    }
}

/// What has the keys: a pane, or the topmost overlay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    Editor,
    Results,
    Cache,
    Monitor,
    Page,
    Preview,
    /// The post beside better ones.
    Variants,
    Palette,
    Drafts,
    Versions,
    Templates,
    /// Whether to delete a draft.
    Deleting,
    /// What the cache holds.
    Entries,
    /// Whether to forget it.
    Forgetting,
    /// Whether to change a breaker.
    Ordering,
    Prompt,
    Search,
    /// Whether to quit with changes.
    Quitting,
    /// What to do with a file that another program changed.
    Changed,
    /// What to do with recovered text.
    Recovered,
    /// What to do with a post that is open elsewhere.
    Taken,
}

impl Place {
    /// All places.
    pub const ALL: [Self; 21] = [
        Self::Editor,
        Self::Results,
        Self::Cache,
        Self::Monitor,
        Self::Page,
        Self::Preview,
        Self::Variants,
        Self::Palette,
        Self::Drafts,
        Self::Versions,
        Self::Templates,
        Self::Deleting,
        Self::Entries,
        Self::Forgetting,
        Self::Ordering,
        Self::Prompt,
        Self::Search,
        Self::Quitting,
        Self::Changed,
        Self::Recovered,
        Self::Taken,
    ];
    const PANES: [Self; 4] = [Self::Editor, Self::Results, Self::Cache, Self::Monitor];

    /// The contexts in which a key is looked up, the narrowest first: all that can be active
    /// together.
    #[must_use]
    pub fn layers(self) -> &'static [Context] {
        use Context as C;
        match self {
            Self::Editor => &[C::Editor, C::Anywhere],
            Self::Results => &[C::Results, C::Lists, C::Anywhere],
            Self::Cache => &[C::Cache, C::Lists, C::Anywhere],
            Self::Monitor => &[C::Monitor, C::Lists, C::Anywhere],
            Self::Page => &[C::Page, C::Overlay],
            Self::Preview => &[C::Preview, C::Page, C::Overlay],
            Self::Variants => &[C::Variants, C::Overlay],
            Self::Palette => &[C::Picker, C::Input, C::Overlay],
            Self::Drafts => &[C::Drafts, C::Picker, C::Overlay],
            Self::Versions => &[C::Versions, C::Picker, C::Overlay],
            Self::Templates => &[C::Picker, C::Input, C::Overlay],
            Self::Entries => &[C::Entries, C::Picker, C::Overlay],
            // Any other key is a no.
            Self::Deleting => &[C::Deleting],
            Self::Forgetting => &[C::Forgetting],
            Self::Ordering => &[C::Ordering],
            Self::Prompt => &[C::Prompt, C::Input, C::Overlay],
            Self::Search => &[C::Search, C::Input, C::Overlay],
            Self::Quitting => &[C::Quitting, C::Overlay],
            Self::Changed => &[C::Changed, C::Overlay],
            // These two must be answered, but help and the way out are not to be kept back.
            Self::Recovered => &[C::Recovered, C::Anywhere],
            Self::Taken => &[C::Taken, C::Anywhere],
        }
    }

    /// Whether a letter alone is text here.
    #[must_use]
    pub fn writes(self) -> bool {
        matches!(
            self,
            Self::Editor | Self::Palette | Self::Templates | Self::Prompt | Self::Search
        )
    }

    /// Whether it is a question, where Shift and Caps Lock make no other answer of a letter.
    #[must_use]
    pub fn asks(self) -> bool {
        matches!(
            self,
            Self::Deleting
                | Self::Forgetting
                | Self::Ordering
                | Self::Quitting
                | Self::Changed
                | Self::Recovered
                | Self::Taken
        )
    }

    /// The command that must have a key here, for the place to be left; none where it is an answer.
    #[must_use]
    pub fn exit(self) -> Option<super::Command> {
        use super::Command;
        if Self::PANES.contains(&self) {
            Some(Command::Quit)
        } else {
            let closes = self.layers().contains(&Context::Overlay);
            closes.then_some(Command::Close)
        }
    }

    /// Its name in a message.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Editor => "editor",
            Self::Results => "results",
            Self::Cache => "cache",
            Self::Monitor => "monitor",
            Self::Page => "pages",
            Self::Preview => "preview",
            Self::Variants => "variants",
            Self::Palette => "command palette",
            Self::Drafts => "list of drafts",
            Self::Versions => "list of versions",
            Self::Templates => "list of templates",
            Self::Entries => "list of entries",
            Self::Prompt => "prompt",
            Self::Search => "search",
            Self::Deleting
            | Self::Forgetting
            | Self::Ordering
            | Self::Quitting
            | Self::Changed
            | Self::Recovered
            | Self::Taken => "question",
        }
    }
}
