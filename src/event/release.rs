//! What is handed out: releases and packages.

use super::people::User;
use super::record::record;
use crate::value::Time;

record! {
    /// A file that belongs to a release.
    Asset, "asset" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its file name.
        name: String,
        /// What people see instead of the name.
        label: String,
        /// What it is, in the forge's word: `package`, `image`, `other`.
        r#type: String,
        /// Its media type.
        content_type: String,
        /// Its size in bytes.
        size: i64,
        /// How often it was fetched.
        downloads: i64,
        /// Where to fetch it.
        url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// Who put it there.
        uploader: User,
        /// When it was put there.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
    }
}

record! {
    /// A release.
    Release, "release" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// The tag it stands on, without `refs/tags/`.
        tag: String,
        /// The message of an annotated tag.
        tag_message: String,
        /// Its title.
        name: String,
        /// Its text.
        body: String,
        /// The branch or commit that its tag is made from.
        target: String,
        /// The commit that its tag points to.
        sha: String,
        /// Whether it is a draft.
        draft: bool,
        /// Whether it is not for everybody's use yet.
        prerelease: bool,
        /// Who made it.
        author: User,
        /// The files that belong to it.
        assets: Vec<Asset>,
        /// The source as a tar archive.
        tarball_url: String,
        /// The source as a zip archive.
        zipball_url: String,
        /// The discussion about it.
        discussion_url: String,
        /// Its page.
        web_url: String,
        /// Its address in the forge's API.
        api_url: String,
        /// When it was made.
        created_at: Time,
        /// When it was last changed.
        updated_at: Time,
        /// When it was or is to be published.
        published_at: Time,
    }
}

record! {
    /// A package in a registry, one version of it.
    Package, "package" {
        /// The forge's id, as text.
        id: String,
        /// The forge's global id beside the numeric one.
        node_id: String,
        /// Its name.
        name: String,
        /// What it stands under: an account or a group.
        namespace: String,
        /// What kind of package it is, in lower case: `npm`, `maven`, `container`.
        r#type: String,
        /// What it is for.
        description: String,
        /// The version that the event is about.
        version: String,
        /// The forge's id of that version.
        version_id: String,
        /// The digest of that version.
        digest: String,
        /// The tag of that version, in registries of containers.
        tag: String,
        /// The text that came with that version.
        body: String,
        /// The account it belongs to.
        owner: User,
        /// Who made that version.
        author: User,
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
