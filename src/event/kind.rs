//! What an event is about.

use super::record::words;

words! {
    /// What an event is about.
    Kind {
        /// One ref moved, appeared or went.
        Push = "push",
        /// A forge's own word for a branch or tag that appeared or went.
        Ref = "ref",
        /// A pull request, or a merge request.
        PullRequest = "pull_request",
        /// A review of a pull request.
        Review = "review",
        /// A comment on something.
        Comment = "comment",
        /// An issue, or a work item.
        Issue = "issue",
        /// A release.
        Release = "release",
        /// A pipeline or a workflow runs.
        Pipeline = "pipeline",
        /// A job of a pipeline runs.
        Job = "job",
        /// A check runs on a commit.
        Check = "check",
        /// A commit has a status.
        Status = "status",
        /// Something goes live.
        Deployment = "deployment",
        /// A repository itself.
        Repository = "repository",
        /// A page of a wiki.
        Wiki = "wiki",
        /// A milestone itself.
        Milestone = "milestone",
        /// A label itself.
        Label = "label",
        /// A discussion.
        Discussion = "discussion",
        /// A package in a registry.
        Package = "package",
        /// Somebody's place in a repository, team, group or organization.
        Member = "member",
        /// A team itself.
        Team = "team",
        /// An organization itself.
        Organization = "organization",
        /// An account itself.
        User = "user",
        /// A group of projects.
        Group = "group",
        /// A key.
        Key = "key",
        /// A token.
        Token = "token",
        /// What protects branches or tags.
        BranchProtection = "branch_protection",
        /// A property of repositories.
        Property = "property",
        /// Pull requests that wait for their merge.
        MergeQueue = "merge_queue",
        /// A feature flag.
        FeatureFlag = "feature_flag",
        /// A reaction to something.
        Reaction = "reaction",
        /// A security alert or advisory.
        Alert = "alert",
        /// A hook itself.
        Hook = "hook",
        /// An installed app.
        Installation = "installation",
        /// A planning board.
        Board = "board",
        /// A column of a planning board.
        BoardColumn = "board_column",
        /// Something on a planning board.
        BoardItem = "board_item",
        /// A paid plan.
        Subscription = "subscription",
        /// Somebody asks for a run.
        Trigger = "trigger",
        /// The forge tries the hook out.
        Ping = "ping",
        /// Anything that no mapping knows.
        Other = "other",
    }
}
