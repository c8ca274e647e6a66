#include "node/puller.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <thread>

#include "base/logging.h"
#include "base/text.h"
#include "http/client.h"
#include "intelligence/import/plan.h"
#include "intelligence/pull/fetch.h"
#include "intelligence/share.h"
#include "intelligence/standing.h"
#include "intelligence/stix/object.h"
#include "ledger/objects_form.h"
#include "node/custody.h"
#include "node/secret_file.h"

namespace comity::node {
namespace {

using intelligence::Portion;
using intelligence::pull::Page;
using intelligence::pull::Pull;
using intelligence::pull::Pulls;
using intelligence::pull::PullState;

constexpr std::size_t kMaxPages = 1000;  // of one run
constexpr std::size_t kMaxShownError = 500;
constexpr auto kBetweenLooks = std::chrono::seconds(1);
constexpr std::chrono::milliseconds kTimeout{30'000};

class Run {
  public:
    // The pull is held by its holder.
    Run(Node& node, Pull pull, const std::atomic<bool>& stop)
        : node_(node), pulls_(node.database()), pull_(std::move(pull)), stop_(stop) {}

    Result<PullRun> run() {
        pull_.state.last_run = node_.clock().now();
        const auto done = all_pages();
        PullState& state = pull_.state;
        const Time now = node_.clock().now();
        if (done) {
            state.failures = 0;
            state.last_error.clear();
            state.last_success = now;
        } else {
            ++state.failures;
            state.last_error = shown(done.error().message(), kMaxShownError);
            // A place that the remote no longer knows is none to go on from.
            if (done.error().kind != ErrorKind::kUnavailable && done.error().kind != ErrorKind::kTooMany)
                state.next.clear();
        }
        state.next_run = Time::from_seconds(
            now.seconds() +
            (result_.more && done ? 0 : intelligence::pull::wait_after(pull_.config.every, state.failures)));
        COMITY_CHECK(save());
        COMITY_CHECK(pulls_.release(pull_.config.name, pull_.holder));
        if (!done) return std::unexpected(done.error());
        return result_;
    }

  private:
    Result<void> save() {
        return pulls_.save(pull_.config.name, pull_.holder, pull_.state, node_.clock().now());
    }

    Result<void> all_pages() {
        COMITY_TRY(const std::string secret, read_secret(pull_.config.secret_file));
        http::Client client({.timeout = kTimeout,
                             .max_response = intelligence::pull::kMaxPage,
                             .ca_file = pull_.config.ca_file});
        std::set<std::string> places;
        result_.more = true;
        while (result_.more && result_.pages < kMaxPages && !stop_.load()) {
            COMITY_TRY(Page page, intelligence::pull::fetch_page(client, pull_.config, secret, pull_.state));
            if (!page.state.next.empty() && !places.insert(page.state.next).second)
                return invalid(pull_.config.url, "its pages lead in a circle");
            COMITY_CHECK(share(page));
            pull_.state = std::move(page.state);
            COMITY_CHECK(save());
            ++result_.pages;
            result_.more = page.more;
        }
        return {};
    }

    // The page's objects in statements, one an audience; those that stand there already are left out.
    Result<void> share(Page& page) {
        if (page.objects.empty()) return {};
        const auto roll = node_.ledger().roll();
        COMITY_TRY(const crypto::NamedSecret key,
                   custody_key(node_.config(), *roll, pull_.config.member, node_.clock().now().seconds()));
        COMITY_TRY(std::vector<Portion> portions, plan(page, *roll));
        for (Portion& portion : portions) {
            if (portion.objects.empty()) continue;
            json::Object body{{"objects", ledger::objects_form(portion.objects)}};
            if (!page.title.empty()) body["title"] = page.title;
            const ledger::Draft draft{.community = roll->community,
                                      .type = std::string(intelligence::kShare),
                                      .author = pull_.config.member,
                                      .audience = portion.audience,
                                      .body = std::move(body),
                                      .custody = true,
                                      .attachments = {}};
            const std::size_t count = portion.objects.size();
            COMITY_CHECK(node_.ledger().submit(
                {.envelope = ledger::sign_statement(draft, node_.clock().now(), key).write(),
                 .objects = std::move(portion.objects),
                 .attachments = {}}));
            result_.shared += count;
            ++result_.statements;
            page.state.shared += static_cast<std::int64_t>(count);
        }
        return {};
    }

    Result<std::vector<Portion>> plan(Page& page, const ledger::Roll& roll) {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(const ledger::Readable readable,
                   ledger::readable_by(*session, ledger::viewer_of(roll, pull_.config.member, "", true)));
        COMITY_TRY(const auto ids, intelligence::ids_of(page.objects));
        COMITY_TRY(const auto earlier, intelligence::find_earlier(*session, readable, ids));
        COMITY_TRY(auto plan, intelligence::plan_share(std::move(page.objects), page.kind,
                                                       pull_.config.audience, earlier));
        if (intelligence::is_made_here(page.kind)) return std::move(plan.portions);
        for (Portion& portion : plan.portions) COMITY_CHECK(drop_standing(*session, portion, page.state));
        return std::move(plan.portions);
    }

    // What is here for that audience, from whomever, is not in the plan (two nodes that pull from each other
    // would never end); nor is an older version that the member shared before said again, and the same
    // version with other content is refused.
    Result<void> drop_standing(db::Session& session, Portion& portion, PullState& state) {
        std::vector<intelligence::Offered> offered;
        for (const std::string& bytes : portion.objects) {
            COMITY_TRY(const intelligence::Object object, intelligence::parse_object(bytes));
            offered.push_back({object.id, object.version, bytes, portion.audience});
        }
        COMITY_TRY(const auto standing,
                   intelligence::find_standing(session, pull_.config.member, std::nullopt, offered));
        std::vector<std::string> fresh;
        for (std::size_t i = 0; i < offered.size(); ++i) {
            if (standing[i] == intelligence::Standing::kThere) continue;
            if (standing[i] == intelligence::Standing::kDiffers) {
                ++state.rejected;
                state.last_rejected =
                    offered[i].id.text() + " is here in the same version with other content";
                continue;
            }
            fresh.push_back(portion.objects[i]);
        }
        portion.objects = std::move(fresh);
        return {};
    }

    Node& node_;
    Pulls pulls_;
    Pull pull_;
    const std::atomic<bool>& stop_;
    PullRun result_;
};

}  // namespace

Result<PullRun> run_pull(Node& node, const std::string& name, const std::atomic<bool>& stop) {
    COMITY_CHECK(Pulls::prepare(node.database()));
    COMITY_TRY(Pull pull, Pulls(node.database()).hold(name, new_holder(), node.clock().now()));
    return Run(node, std::move(pull), stop).run();
}

Result<std::optional<PullRun>> run_pull_if_due(Node& node, const std::string& name,
                                               const std::atomic<bool>& stop) {
    Pulls pulls(node.database());
    const std::string holder = new_holder();
    auto pull = pulls.hold(name, holder, node.clock().now());
    if (!pull && pull.error().kind == ErrorKind::kConflict) return std::nullopt;
    if (!pull) return std::unexpected(std::move(pull).error());
    // It was due when it was listed; another server may have run it since.
    if (pull->state.next_run > node.clock().now()) {
        COMITY_CHECK(pulls.release(name, holder));
        return std::nullopt;
    }
    COMITY_TRY(PullRun run, Run(node, *std::move(pull), stop).run());
    return run;
}

struct Puller::State {
    explicit State(Node& of) : node(of) {}

    Node& node;
    std::atomic<bool> stop{false};
    std::mutex mutex;  // guards nothing but the wait
    std::condition_variable changed;
    std::jthread thread;

    void look() {
        auto pulls = Pulls(node.database()).list();
        if (!pulls) return;
        for (const Pull& pull : *pulls) {
            if (stop.load() || pull.state.next_run > node.clock().now()) continue;
            const std::string& name = pull.config.name;
            // Without asking for the writers' turn at each look.
            if (!pull.holder.empty() && pull.held_until > node.clock().now()) continue;
            const auto done = run_pull_if_due(node, name, stop);
            if (!done) {
                logging::warning("pull failed", {{"pull", name}, {"cause", done.error().message()}});
            } else if (*done && (*done)->shared > 0) {
                logging::info("pulled", {{"pull", name},
                                         {"objects", std::to_string((*done)->shared)},
                                         {"pages", std::to_string((*done)->pages)}});
            }
        }
    }
    void loop() {
        while (!stop.load()) {
            look();
            std::unique_lock lock(mutex);
            changed.wait_for(lock, kBetweenLooks, [&] { return stop.load(); });
        }
    }
};

Puller::Puller(Node& node) : state_(std::make_unique<State>(node)) {
    if (const auto ready = Pulls::prepare(node.database()); !ready) {
        logging::warning("no pulls", {{"cause", ready.error().message()}});
        return;
    }
    state_->thread = std::jthread([this] { state_->loop(); });
}

Puller::~Puller() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stop = true;
    }
    state_->changed.notify_all();
}

}  // namespace comity::node
