#include "node/counter.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/logging.h"
#include "crypto/random.h"
#include "governance/rules/rule_store.h"
#include "intelligence/hit/count_view.h"
#include "intelligence/hit/hit_book.h"
#include "ledger/objects_form.h"
#include "node/custody.h"

namespace comity::node {
namespace {

using intelligence::Cells;
using intelligence::CountPart;
using intelligence::CountStep;
using intelligence::CountWeek;

constexpr std::chrono::seconds kBetweenCounts{30};
constexpr std::size_t kRandomAtOnce = 32 * 1024;  // bytes

ledger::Draft draft_of(const ledger::Roll& roll, std::string_view type, const std::string& member,
                       json::Object body) {
    return {.community = roll.community,
            .type = std::string(type),
            .author = member,
            .audience = {ledger::Tlp::kGreen, {}, {}, {}},
            .body = std::move(body),
            .custody = true,
            .attachments = {}};
}

bool to_be_said(CountStep step) {
    return step == CountStep::kJoins || step == CountStep::kContributes;
}

}  // namespace

intelligence::RandomBits secure_random_bits() {
    return [bytes = Bytes(), at = std::size_t{0}]() mutable {
        if (at == bytes.size()) {
            bytes = crypto::random_bytes(kRandomAtOnce);
            at = 0;
        }
        const std::uint64_t number = read_u64(ByteView(bytes).subspan(at));
        at += sizeof number;
        return number;
    };
}

CountRounds::CountRounds(Node& node) : node_(node) {}

Result<void> CountRounds::look() {
    const Time now = node_.clock().now();
    const CountWeek week{CountWeek::of(now).number - 1};
    std::vector<std::string> members;
    std::vector<CountPart> open;
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(members, intelligence::members_together(*session));
        COMITY_TRY(open, intelligence::open_count_parts(*session));
    }
    if (members.empty() && open.empty()) return {};
    if (now < intelligence::keys_until(week)) {
        for (const std::string& member : members) COMITY_CHECK(join(member, week));
    }
    const auto say_open = [&]() -> Result<void> {
        {
            COMITY_TRY(const auto session, node_.database().snapshot());
            COMITY_TRY(open, intelligence::open_count_parts(*session));
        }
        for (const CountPart& part : open) {
            if (to_be_said(part.step)) COMITY_CHECK(say(part));
        }
        return {};
    };
    COMITY_CHECK(say_open());
    for (const CountPart& part : open) {
        if (to_be_said(part.step) || now < intelligence::counts_from(part.week)) continue;
        if (std::ranges::binary_search(members, part.member)) {
            COMITY_CHECK(contribute(part));
        } else {
            COMITY_CHECK(pass(part, "the member is not counted together any more"));
        }
    }
    return say_open();
}

Result<void> CountRounds::join(const std::string& member, CountWeek week) {
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(const auto part, intelligence::count_part_of(*session, member, week));
        if (part) return {};
    }
    const auto roll = node_.ledger().roll();
    const Time now = node_.clock().now();
    const auto signer = custody_key(node_.config(), *roll, member, now.seconds());
    if (!signer) {
        if (keyless_.insert(member).second)
            logging::warning("a member is not counted",
                             {{"member", member}, {"cause", signer.error().message()}});
        return {};
    }
    keyless_.erase(member);
    const auto secret = crypto::AgreementSecret::generate();
    const crypto::Envelope envelope = ledger::sign_statement(
        draft_of(*roll, intelligence::kCountKey, member,
                 intelligence::count_key_json({.week = week, .key = secret.public_key()})),
        now, *signer);
    COMITY_TRY(const auto tx, node_.database().begin());
    COMITY_CHECK(intelligence::add_count_part(*tx, {.member = member,
                                                    .week = week,
                                                    .step = CountStep::kJoins,
                                                    .secret = secret,
                                                    .key = envelope.digest(),
                                                    .envelope = envelope.write(),
                                                    .object = {}}));
    return tx->commit();
}

// What it has met in the week of what every member may read, 1 in each cell that is for it.
Result<Cells> CountRounds::met_by(const std::string& member, CountWeek week) {
    Cells cells(intelligence::kCountCells, 0);
    COMITY_TRY(const auto session, node_.database().snapshot());
    COMITY_TRY(const auto objects,
               intelligence::counted_objects(*session, member, week.first_day(), week.end_day()));
    for (const std::string& object : objects) {
        COMITY_TRY(const auto id, intelligence::ObjectId::parse(object));
        const std::size_t cell = intelligence::cell_of(id.uuid);
        COMITY_TRY(const auto owners, intelligence::CellOwners::read(*session, cell));
        const auto owner = owners.at(week);
        if (owner && owner->counted && owner->object == id) cells[cell] = 1;
    }
    return cells;
}

Result<void> CountRounds::contribute(const CountPart& part) {
    const auto roll = node_.ledger().roll();
    const Time now = node_.clock().now();
    const auto signer = custody_key(node_.config(), *roll, part.member, now.seconds());
    if (!signer || !part.secret) return {};  // until there is one: join() has said it
    intelligence::CountBody body{.week = part.week, .keys = {}};
    std::vector<intelligence::CountKey> keys;
    governance::CountTerms terms;
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(keys, intelligence::count_electorate(*session, part.week));
        const ledger::Witnessed end = part.week.end().seconds();
        COMITY_TRY(const auto rules, governance::load_rules(*session, node_.quorum(), end));
        terms = rules.book.counts_at(end);
    }
    if (std::ranges::find(keys, part.key, &intelligence::CountKey::id) == keys.end())
        return pass(part, "its key was not witnessed in time, or another node has said one of the member's");
    if (static_cast<std::int64_t>(keys.size()) < terms.least || keys.size() < intelligence::kLeastTogether)
        return pass(part, "too few take part");
    for (const auto& key : keys) body.keys.push_back(key.id);
    COMITY_TRY(Cells cells, met_by(part.member, part.week));
    COMITY_CHECK(intelligence::hide(cells, intelligence::round_of(body), *part.secret, part.key, keys,
                                    terms.noise, secure_random_bits()));
    const std::string object = intelligence::cells_text(cells);
    json::Object form = intelligence::count_json(body);
    form["objects"] = ledger::objects_form({&object, 1});
    const crypto::Envelope envelope = ledger::sign_statement(
        draft_of(*roll, intelligence::kCount, part.member, std::move(form)), now, *signer);
    COMITY_TRY(const auto tx, node_.database().begin());
    COMITY_CHECK(intelligence::go_on(*tx, part, CountStep::kContributes, envelope.write(), object));
    return tx->commit();
}

Result<void> CountRounds::say(const CountPart& part) {
    const bool joins = part.step == CountStep::kJoins;
    std::vector<std::string> objects;
    if (!joins) objects.push_back(part.object);
    const auto receipt =
        node_.ledger().submit({.envelope = part.envelope, .objects = std::move(objects), .attachments = {}});
    if (!receipt) {
        const ErrorKind kind = receipt.error().kind;
        if (kind == ErrorKind::kUnavailable || kind == ErrorKind::kTooMany || kind == ErrorKind::kInternal)
            return std::unexpected(receipt.error());
        return pass(part, receipt.error().message());
    }
    COMITY_TRY(const auto tx, node_.database().begin());
    COMITY_CHECK(intelligence::go_on(*tx, part, joins ? CountStep::kJoined : CountStep::kContributed));
    return tx->commit();
}

Result<void> CountRounds::pass(const CountPart& part, const std::string& why) {
    logging::info("a week is not counted",
                  {{"member", part.member}, {"week", part.week.text()}, {"cause", why}});
    COMITY_TRY(const auto tx, node_.database().begin());
    COMITY_CHECK(intelligence::go_on(*tx, part, CountStep::kPassed));
    return tx->commit();
}

struct Counter::State {
    explicit State(Node& node) : rounds(node) {}

    CountRounds rounds;
    std::mutex mutex;  // guards what follows
    std::condition_variable stop;
    bool stopping = false;
    std::thread thread;

    void loop() {
        bool failing = false;
        std::unique_lock lock(mutex);
        while (!stopping) {
            lock.unlock();
            const auto done = rounds.look();
            if (!done && !failing)
                logging::warning("counts stand still", {{"cause", done.error().message()}});
            failing = !done;
            lock.lock();
            stop.wait_for(lock, kBetweenCounts, [this] { return stopping; });
        }
    }
};

Counter::Counter(Node& node) : state_(std::make_unique<State>(node)) {
    if (const auto ready = intelligence::prepare_hits(node.database()); !ready) {
        logging::warning("no counts", {{"cause", ready.error().message()}});
        return;
    }
    State* const state = state_.get();
    state->thread = std::thread([state] { state->loop(); });
}

Counter::~Counter() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->stopping = true;
    }
    state_->stop.notify_all();
    if (state_->thread.joinable()) state_->thread.join();
}

}  // namespace comity::node
