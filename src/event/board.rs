//! Planning boards: their columns and what stands on them.

use super::issue::State;
use super::people::User;
use super::record::record;
use crate::value::{Number, Time};

record! {
    /// A planning board.
    Board, "board" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The number people see.
        number: Number,
        /// Its name.
        name: String,
        /// What it is for.
        body: String,
        /// Whether it is in use.
        state: State,
        /// Who made it.
        creator: User,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was made.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A column of a board.
    BoardColumn, "board_column" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its name.
        name: String,
        /// The address of its board in the forge's API.
        board_api_url: String,
        /// The id of the column it was put behind.
        after_id: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was made.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// Something on a board.
    BoardItem, "board_item" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its text, when it is a note.
        note: String,
        /// What it stands for, in the forge's word: an issue, a pull request, a draft.
        content_type: String,
        /// The forge's global id of what it stands for.
        content_id: String,
        /// The address in the forge's API of what it stands for.
        content_api_url: String,
        /// The forge's id of its board.
        board_id: String,
        /// The forge's id of its column.
        column_id: String,
        /// Whether it was put away.
        archived: bool,
        /// Who put it there.
        creator: User,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was put there.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}
