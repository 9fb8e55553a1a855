//! One suite for both engines: each case gets a database of its own.

pub mod audit;
pub mod feed;
pub mod guards;
pub mod harness;
pub mod members;
pub mod observations;
pub mod people;
pub mod plans;
pub mod tenancy;
pub mod usage;
pub mod whole;

/// Declares a test per case; `$database` makes a fresh database.
macro_rules! conformance {
    ($database:expr) => {
        $crate::store_conformance::conformance!(@cases $database;
            whole: every_statement_is_prepared, a_work_not_committed_is_undone,
                a_read_cannot_write, what_was_kept_is_there_after_a_restart,
                a_newer_or_changed_database_is_refused, opening_at_once_migrates_once,
                tidying_removes_what_expired_and_nothing_else, settings_keep_the_last_word;
            people: an_address_has_one_account, verification_and_password_change,
                one_taker_gets_a_link, a_link_works_as_its_kind_and_in_its_time,
                sessions_are_found_touched_and_ended, a_refreshed_token_takes_over,
                a_refresh_token_seen_twice_ends_its_family,
                of_two_refreshers_at_once_one_is_a_thief;
            guards: a_step_and_a_recovery_code_work_once, an_api_token_is_its_persons_own,
                an_address_moves_to_a_free_one_only, a_link_carries_the_address_it_proves,
                other_sessions_end_and_this_one_stays, an_erased_person_leaves_nothing,
                bus_tokens_of_a_person_are_refused_in_every_tenant,
                a_tenant_is_handed_to_another_owner_only,
                a_passkey_is_its_persons_own_and_the_last_way_in_stays,
                a_challenge_is_taken_once_in_its_time_as_its_kind,
                who_leaves_comes_back_with_what_went_along;
            members: a_role_in_one_house_opens_nothing_else,
                a_membership_ends_by_itself_everywhere, a_tenant_never_is_without_an_owner,
                an_invitation_is_its_tenants_own_and_works_in_its_time,
                a_members_quota_cannot_be_raced, an_account_waits_until_it_is_let_in;
            tenancy: a_second_tenant_sees_nothing_of_the_first, slugs_are_never_reused,
                house_ids_are_never_reused, a_quota_cannot_be_raced,
                an_owner_stays_and_a_member_leaves_with_his_tokens,
                credentials_live_and_are_revoked;
            feed: concurrent_writers_lose_no_revision, increments_and_snapshots_agree,
                each_reader_has_its_own_view, a_tenant_comes_with_its_first_house,
                tombstones_stay_until_every_reader_has_seen_them,
                a_commit_wakes_readers_and_their_word_wakes_waiters,
                the_cell_is_made_once, revoked_tokens_are_named_until_they_expire,
                a_reader_from_the_future_starts_again;
            plans: plans_begin_as_the_product_has_them,
                a_plan_that_changes_changes_all_its_tenants, exceptions_count_until_they_end,
                what_is_being_deleted_is_stopped_and_can_come_back,
                erasing_leaves_names_reserved_and_nothing_else, a_tenant_is_found_by_anything,
                lists_of_tenants_go_on_where_they_ended, tenants_without_words_get_them;
            audit: rows_are_numbered_and_chained_per_tenant, writers_at_once_break_no_chain,
                a_row_is_not_there_without_its_change, an_altered_row_is_found,
                dropped_moved_and_cut_rows_are_found,
                rows_go_when_their_time_is_over_and_the_chain_stays_whole,
                a_chain_goes_with_its_tenant_and_the_receipt_knows_its_end,
                keys_that_sign_heads_are_kept,
                support_is_let_in_for_its_time_and_where_it_was_granted,
                looking_changes_nothing_and_needs_something_to_look_at;
            observations: presence_keeps_the_newest, refusals_count_once_and_page,
                refusals_are_kept_up_to_a_number, a_cell_speaks_for_its_own_houses_only;
            usage: what_is_sent_counts_once_over_repeats_and_restarts,
                days_and_months_end_where_utc_says,
                old_hours_become_days_and_no_message_counts_twice,
                a_clock_that_jumps_counts_nothing_twice,
                what_is_kept_is_the_newest_of_each_part,
                a_cell_counts_for_its_own_houses_and_not_for_the_future,
                of_many_who_see_a_mark_passed_one_tells,
                tenants_are_looked_at_when_something_changed,
                refusals_of_people_are_counted_and_listed,
                refusals_of_people_are_found_and_their_own,
                an_erased_tenant_leaves_no_usage;
        );
    };
    (@cases $database:expr; $($module:ident: $($case:ident),+;)+) => {$($(
        #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
        async fn $case() {
            let world = $crate::store_conformance::harness::World::open($database).await;
            $crate::store_conformance::$module::$case(world).await;
        }
    )+)+};
}
pub(crate) use conformance;
