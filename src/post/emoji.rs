//! Which grapheme clusters are emoji (UTS #51).

use unicode_properties::{EmojiStatus, UnicodeEmoji};

/// Whether a grapheme cluster is shown as an emoji.
#[must_use]
pub fn is_emoji(cluster: &str) -> bool {
    if cluster.is_ascii() {
        return false;
    }
    let mut chars = cluster.chars();
    let Some(first) = chars.next() else {
        return false;
    };
    if cluster.ends_with('\u{20e3}') {
        return first.is_ascii_digit() || first == '#' || first == '*';
    }
    match first.emoji_status() {
        EmojiStatus::EmojiPresentation
        | EmojiStatus::EmojiModifierBase
        | EmojiStatus::EmojiPresentationAndModifierBase
        | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
        | EmojiStatus::EmojiPresentationAndEmojiComponent
            if first.is_emoji_char() =>
        {
            presents(first) || cluster.contains('\u{fe0f}') || chars.next().is_some()
        }
        _ => first.is_emoji_char() && cluster.contains('\u{fe0f}'),
    }
}

/// Whether a character is shown as an emoji without a variation selector.
fn presents(c: char) -> bool {
    matches!(
        c.emoji_status(),
        EmojiStatus::EmojiPresentation
            | EmojiStatus::EmojiPresentationAndModifierBase
            | EmojiStatus::EmojiPresentationAndModifierAndEmojiComponent
            | EmojiStatus::EmojiPresentationAndEmojiComponent
    )
}

#[cfg(test)]
mod tests {
    use super::is_emoji;

    #[test]
    fn emoji_and_their_neighbours() {
        for yes in ["😀", "❤️", "👩‍💻", "🇳🇴", "1️⃣", "✅", "👍🏽", "☝️", "➡️", "🔥"]
        {
            assert!(is_emoji(yes), "{yes}");
        }
        for no in [
            "a", "1", "#", "™", "©", "→", "•", "½", "字", "é", "—", "☝", "𝗕",
        ] {
            assert!(!is_emoji(no), "{no}");
        }
    }
}
