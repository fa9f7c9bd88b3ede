//! Every command, its name, its keys and what it does.

use super::{Command, Context, Entry, MonitorPage, Motion, Verdict, Watch};
use Command as C;
use MonitorPage as P;
use Motion as M;
use Verdict as V;
use Watch as W;

/// A row a line, by context: the command, its name, its keys, what it does.
macro_rules! table {
    ($($context:ident { $($command:expr, $name:literal, [$($key:literal),*], $help:literal;)* })*) => {
        /// All commands.
        pub static TABLE: &[Entry] = &[$($(Entry {
            command: $command,
            name: $name,
            context: Context::$context,
            keys: &[$($key),*],
            help: $help,
        },)*)*];
    };
}

table! {
    Anywhere {
        C::Save, "save", ["ctrl-s"], "save";
        C::SaveAs, "save-as", ["f2"], "save under another name";
        C::Quit, "quit", ["ctrl-q"], "quit; asks where text is not saved";
        C::Help, "help", ["f1"], "show the keys";
        C::Palette, "palette", ["ctrl-p"], "find a command by its name";
        C::NextPane, "next-pane", ["tab"], "go to the next pane";
        C::PreviousPane, "previous-pane", ["backtab"], "go to the pane before";
        C::FocusEditor, "focus-editor", ["alt-1"], "go to the editor";
        C::FocusResults, "focus-results", ["alt-2"], "go to the results";
        C::FocusCache, "focus-cache", ["alt-3"], "go to the cache";
        C::FocusMonitor, "focus-monitor", ["alt-4"], "go to the monitor";
        C::Zoom, "zoom", ["alt-z"], "give the pane the whole screen, and back";
        C::OpenFile, "open-file", ["ctrl-o"], "open a file";
        C::NewDraft, "new-draft", ["ctrl-n"], "start a new draft";
        C::Drafts, "drafts", ["f4"], "list the drafts that are kept";
        C::Search, "search", ["ctrl-f"], "search the text";
        C::SearchNext, "search-next", ["f3"], "go to the next hit";
        C::SearchPrevious, "search-previous", ["shift-f3"], "go to the hit before";
        C::Preview, "preview", ["f5"], "see the post as the feed shows it";
        C::Spoken, "spoken-preview", ["f6"], "read what a screen reader makes of styled letters";
        C::PlainLetters, "plain-letters", ["f7"], "make styled letters plain";
        C::Variants, "variants", ["f8"], "look for better variants of the post";
        C::Versions, "versions", ["f9"], "list the versions of the post, go back, compare";
        C::Templates, "templates", ["f10"], "list templates, hooks and calls to action";
        C::CopyPost, "copy-post", ["alt-c"], "copy the whole post as plain text";
        C::Redraw, "redraw", ["ctrl-l"], "draw the screen anew";
        C::Suspend, "suspend", [], "go to the shell; fg comes back";
        C::Undo, "undo", ["ctrl-z"], "undo";
        C::Redo, "redo", ["ctrl-y", "ctrl-shift-z"], "redo";
    }
    Editor {
        C::Cut, "cut", ["ctrl-x"], "cut the selection";
        C::Copy, "copy", ["ctrl-c"], "copy the selection";
        C::Paste, "paste", ["ctrl-v"], "paste what was cut or copied here";
        C::SelectAll, "select-all", ["ctrl-a"], "select everything";
        C::NextBlank, "next-blank", ["ctrl-g", "f11"], "select the next [blank] of a template";
        C::Newline, "newline", ["enter"], "break the line";
        C::Backspace, "backspace", ["backspace", "ctrl-h", "shift-backspace"], "delete the selection, or the character before the cursor";
        C::Delete, "delete", ["delete", "ctrl-d"], "delete the selection, or the character behind the cursor";
        C::DeleteWord, "delete-word", ["ctrl-w", "alt-backspace", "ctrl-backspace"], "delete the word before the cursor";
        C::Move(M::Left), "left", ["left"], "go a character back";
        C::Move(M::Right), "right", ["right"], "go a character on";
        C::Move(M::Up), "up", ["up"], "go a row up";
        C::Move(M::Down), "down", ["down"], "go a row down";
        C::Move(M::WordLeft), "word-left", ["ctrl-left", "alt-b"], "go a word back";
        C::Move(M::WordRight), "word-right", ["ctrl-right", "alt-f"], "go a word on";
        C::Move(M::RowStart), "row-start", ["home"], "go to the start of the row";
        C::Move(M::RowEnd), "row-end", ["end", "ctrl-e"], "go to the end of the row";
        C::Move(M::PageUp), "page-up", ["pageup"], "go a page up";
        C::Move(M::PageDown), "page-down", ["pagedown"], "go a page down";
        C::Move(M::Start), "start", ["ctrl-home"], "go to the start of the post";
        C::Move(M::End), "end", ["ctrl-end"], "go to the end of the post";
        C::Select(M::Left), "select-left", ["shift-left"], "select a character back";
        C::Select(M::Right), "select-right", ["shift-right"], "select a character on";
        C::Select(M::Up), "select-up", ["shift-up"], "select a row up";
        C::Select(M::Down), "select-down", ["shift-down"], "select a row down";
        C::Select(M::WordLeft), "select-word-left", ["ctrl-shift-left"], "select a word back";
        C::Select(M::WordRight), "select-word-right", ["ctrl-shift-right"], "select a word on";
        C::Select(M::RowStart), "select-row-start", ["shift-home"], "select to the start of the row";
        C::Select(M::RowEnd), "select-row-end", ["shift-end"], "select to the end of the row";
        C::Select(M::PageUp), "select-page-up", ["shift-pageup"], "select a page up";
        C::Select(M::PageDown), "select-page-down", ["shift-pagedown"], "select a page down";
        C::Select(M::Start), "select-start", ["ctrl-shift-home"], "select to the start of the post";
        C::Select(M::End), "select-end", ["ctrl-shift-end"], "select to the end of the post";
    }
    Results {
        C::Open, "open", ["enter"], "show the arithmetic, or go to the place";
        C::ApplyFix, "apply-fix", ["a"], "apply the first replacement, or the suggestion";
        C::ApplyKind, "apply-kind", ["A"], "apply all suggestions of that kind in one step";
        C::Ignore, "ignore", ["i"], "ignore this finding here, by a comment above the line, or turn the suggestion down";
        C::AddWord, "add-word", ["d"], "add the word to the dictionary";
        C::Suggestions, "suggestions", ["s"], "go to the suggestions";
        C::NextSection, "next-section", ["}"], "go to the next section";
        C::PreviousSection, "previous-section", ["{"], "go to the start of the section, or to the one before";
    }
    Cache {
        C::Entries, "cache-entries", ["enter"], "list what the cache holds, entry by entry";
        C::Invalidate, "cache-invalidate", ["i"], "forget what has a tag that matches; asks first";
        C::ClearCache, "cache-clear", ["c"], "forget everything that was computed; asks first";
    }
    Monitor {
        C::Watch(W::Page(P::Overview)), "monitor-overview", ["1"], "show what matters most, with graphs";
        C::Watch(W::Page(P::Processes)), "monitor-processes", ["2"], "show the processes of the machine";
        C::Watch(W::Page(P::Threads)), "monitor-threads", ["3"], "show the threads of this process";
        C::Watch(W::Page(P::Breakers)), "monitor-breakers", ["4"], "show the breakers";
        C::Watch(W::Page(P::Alerts)), "monitor-alerts", ["5"], "show the alerts";
        C::Watch(W::Page(P::Log)), "monitor-log", ["6"], "show the log; in a frozen view, what happened around the moment";
        C::Watch(W::Page(P::Cost)), "monitor-cost", ["7"], "show what watching costs, collector by collector";
        C::Watch(W::Earlier), "monitor-earlier", ["left"], "go to the page before; in a frozen view, back in time";
        C::Watch(W::Later), "monitor-later", ["right"], "go to the next page; in a frozen view, on in time";
        C::Watch(W::ZoomIn), "monitor-zoom-in", ["+", "="], "show a shorter stretch of time";
        C::Watch(W::ZoomOut), "monitor-zoom-out", ["-"], "show a longer stretch of time";
        C::Watch(W::Freeze), "monitor-freeze", ["space"], "freeze the view, or let it go on; watching goes on behind it";
        C::Watch(W::Open), "monitor-open", ["enter"], "give the chosen graph the whole pane, or freeze the moment of the chosen row";
        C::Watch(W::Back), "monitor-back", ["esc"], "leave the graph, the frozen moment or the filter";
        C::Watch(W::Sort), "monitor-sort", ["s"], "sort the table by its next column";
        C::Watch(W::Reverse), "monitor-reverse", ["S", "r"], "turn the order of the table round";
        C::Watch(W::Filter), "monitor-filter", ["/"], "filter the table, as by cpu>10 and name~post";
        C::Watch(W::Level), "monitor-level", ["l"], "leave out the least urgent level of the log, or show all";
        C::Watch(W::ForceOpen), "breaker-open", ["f"], "force the chosen breaker open; asks first";
        C::Watch(W::CloseBreaker), "breaker-close", ["c"], "close the chosen breaker; asks first";
        C::Watch(W::Disable), "breaker-disable", ["d"], "let all calls past the chosen breaker; asks first";
        C::Watch(W::Collector), "monitor-collector", ["x"], "switch the chosen collector off or on";
        C::Watch(W::Export), "monitor-export", ["e"], "write a bundle of the moment that is shown";
    }
    Lists {
        C::ItemUp, "item-up", ["up", "k"], "go up";
        C::ItemDown, "item-down", ["down", "j"], "go down";
        C::ItemPageUp, "item-page-up", ["pageup"], "go a page up";
        C::ItemPageDown, "item-page-down", ["pagedown"], "go a page down";
        C::ItemFirst, "item-first", ["home"], "go to the top";
        C::ItemLast, "item-last", ["end"], "go to the bottom";
    }
    Overlay {
        C::Close, "close", ["esc"], "close what lies over the panes";
    }
    Page {
        C::ItemUp, "read-up", ["up", "k"], "go up";
        C::ItemDown, "read-down", ["down", "j"], "go down";
        C::ItemPageUp, "read-page-up", ["pageup"], "go a page up";
        C::ItemPageDown, "read-page-down", ["pagedown", "space"], "go a page down";
        C::ItemFirst, "read-first", ["home"], "go to the top";
        C::ItemLast, "read-last", ["end"], "go to the bottom";
    }
    Preview {
        C::SwitchScreen, "preview-screen", ["tab", "backtab", "left", "right"], "show it on a phone, or on a desktop";
        C::SwitchFold, "preview-fold", ["space", "enter"], "fold it, or unfold it";
    }
    Variants {
        C::PreviousVariant, "variant-previous", ["left", "["], "show the variant before";
        C::NextVariant, "variant-next", ["right", "]"], "show the next variant";
        C::ItemUp, "edit-up", ["up", "k"], "go to the edit before";
        C::ItemDown, "edit-down", ["down", "j"], "go to the next edit";
        C::ItemPageUp, "variant-page-up", ["pageup"], "go a page up";
        C::ItemPageDown, "variant-page-down", ["pagedown"], "go a page down";
        C::SwitchEdit, "edit-switch", ["space"], "leave the edit out, or put it back";
        C::NextGoal, "variant-goal", ["g"], "look for variants that serve the next goal";
        C::Choose, "variant-take", ["enter"], "take the edits that are on";
    }
    Picker {
        C::Choose, "choose", ["enter"], "take the chosen draft, command, entry, version or template";
        C::ItemUp, "choice-up", ["up"], "go up";
        C::ItemDown, "choice-down", ["down"], "go down";
        C::ItemPageUp, "choice-page-up", ["pageup"], "go ten rows up";
        C::ItemPageDown, "choice-page-down", ["pagedown"], "go ten rows down";
    }
    Drafts {
        C::DeleteDraft, "delete-draft", ["delete"], "delete the chosen draft; asks first";
    }
    Versions {
        C::NameVersion, "version-name", ["n"], "name the chosen version; an empty name takes it away";
        C::CompareVersions, "version-compare", ["c"], "mark the chosen version, or compare it with the marked one";
        C::ExportVersions, "versions-export", ["x"], "write all versions into a new JSON file";
    }
    Deleting {
        C::Answer(V::Delete), "deleting-yes", ["y"], "delete it for good; any other key does not";
    }
    Entries {
        C::SortEntries, "entries-sort", ["s"], "sort by age, size or cost";
        C::NextTier, "entries-tier", ["t"], "list one tier only, or all";
        C::NextKind, "entries-kind", ["f"], "list one kind only, or all";
        C::FilterTags, "entries-tags", ["/"], "list those with a tag that matches";
        C::Invalidate, "entries-invalidate", ["i"], "forget what has a tag that matches; asks first";
        C::ClearCache, "entries-clear", ["c"], "forget everything; asks first";
    }
    Forgetting {
        C::Answer(V::Forget), "forgetting-yes", ["y"], "forget it; any other key does not";
    }
    Ordering {
        C::Answer(V::Order), "ordering-yes", ["y"], "change the breaker; any other key does not";
    }
    Input {
        C::Erase, "erase", ["backspace", "ctrl-h", "shift-backspace"], "delete the character before the cursor";
        C::EraseWord, "erase-word", ["ctrl-w", "alt-backspace", "ctrl-backspace"], "delete the word before the cursor";
        C::EraseAll, "erase-all", ["ctrl-u"], "delete the whole line";
    }
    Prompt {
        C::Choose, "confirm", ["enter"], "take the name or the pattern";
    }
    Search {
        C::SearchNext, "hit-next", ["enter", "down", "f3"], "go to the next hit";
        C::SearchPrevious, "hit-previous", ["up", "shift-f3"], "go to the hit before";
    }
    Quitting {
        C::Answer(V::Save), "quitting-save", ["s"], "save and quit";
        C::Answer(V::Keep), "quitting-keep", ["k"], "keep the text as a draft and quit, where there is a journal";
        C::Answer(V::SaveAs), "quitting-save-as", ["a"], "save as another file and quit, where there is no journal";
        C::Answer(V::Discard), "quitting-discard", ["d"], "discard the changes and quit";
    }
    Changed {
        C::Answer(V::Overwrite), "changed-overwrite", ["o"], "overwrite the file, or write anew one that is gone";
        C::Answer(V::Reload), "changed-reload", ["r"], "reload the post's own file; the text becomes a draft";
        C::Answer(V::SaveAs), "changed-save-as", ["a"], "save as another file";
    }
    Recovered {
        C::Answer(V::Recover), "recovered-take", ["r"], "recover the text";
        C::Answer(V::KeepFile), "recovered-keep-file", ["f"], "keep the file; the text becomes a draft";
    }
    Taken {
        C::Answer(V::Read), "taken-read", ["r"], "read only";
        C::Answer(V::Copy), "taken-copy", ["c"], "work on a copy";
        C::Answer(V::Quit), "taken-quit", ["q"], "quit";
    }
}
