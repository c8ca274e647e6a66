#include "cli/tender/sealed.h"

#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/clearing/said.h"
#include "cli/divide/divide_source.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "cli/speak.h"
#include "cli/tender/commands.h"
#include "crypto/random.h"
#include "development/tender/sealed_bid.h"
#include "log/policy.h"

namespace comity::cli {

namespace {

constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kOpenedAtOnce = 200;

// A time, or so long from now: "2h".
Result<std::string> second_option(Context& context, const std::string& text, const std::string& option) {
    if (const auto after = parse_interval(text, option))
        return second_text(context.clock->now().seconds() + *after);
    const auto time = parse_time(text);
    if (!time)
        return invalid(option, fmt::format("'{}' is neither a time nor so long from now", text),
                       "write 2027-03-01T12:00:00Z or 2h");
    return second_text(time->seconds());
}

// The member's own key of now, as the roll has it.
Result<std::string> key_of_member(Source& source, const std::string& id) {
    COMITY_TRY(const json::Object member, source.member(id));
    for (const json::Value& key : member.at("keys").as_array()) {
        const json::Object& one = key.as_object();
        if (field(one, "until").empty() && field(one, "custody") != "true" && !one.contains("powers"))
            return field(one, "key");
    }
    return not_found(fmt::format("{} has no key of its own", id),
                     "an opener's key must not be in a node's custody");
}

struct CallOptions {
    std::string id, title, process, deadline, open_by, currency, witnesses, note;
    std::vector<std::string> openers;
    std::int64_t threshold = 0;
    AudienceOptions audience;
};

Result<void> call(Context& context, const CallOptions& options) {
    json::Object body{{"id", options.id}, {"title", options.title}, {"process", options.process}};
    COMITY_TRY(body["deadline"], second_option(context, options.deadline, "--deadline"));
    COMITY_TRY(body["open_by"], second_option(context, options.open_by, "--open-by"));
    if (!options.currency.empty()) body["currency"] = options.currency;
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    json::Array openers;
    for (const std::string& text : options.openers) {
        const std::size_t equal = text.find('=');
        const std::string id = text.substr(0, equal);
        std::string key;
        if (equal == std::string::npos) {
            COMITY_TRY(key, key_of_member(*source, id));
        } else {
            COMITY_TRY(const crypto::NamedKey given, read_public_key(context, text.substr(equal + 1)));
            key = given.text();
        }
        openers.push_back(json::Object{{"member", id}, {"key", key}});
    }
    if (!openers.empty()) {
        // More than half, unless said otherwise.
        body["threshold"] =
            options.threshold > 0 ? options.threshold : static_cast<std::int64_t>(openers.size() / 2 + 1);
        body["openers"] = std::move(openers);
    } else if (options.threshold > 0) {
        return invalid("--threshold", "goes with --opener", "name the openers");
    }
    if (!options.witnesses.empty()) {
        COMITY_TRY(const std::string policy, read_file(context, options.witnesses, log::kMaxPolicySize));
        body["witnesses"] = policy;
    }
    if (!options.note.empty()) body["note"] = options.note;
    COMITY_TRY(const development::CallBody checked, development::parse_call(body));
    if (checked.deadline <= context.clock->now().seconds())
        return invalid("--deadline", "is past", "give a time to come");
    COMITY_TRY(ledger::Audience audience, audience_of(options.audience, "clear"));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kCall),
                                               .audience = std::move(audience),
                                               .body = std::move(body)}));
    print_submitted(context, submitted);
    return {};
}

// A call with the bids that are there.
struct FoundCall {
    development::CallBody body;
    Digest statement;
    json::Object answer;
};
Result<FoundCall> find_call(Source& source, const std::string& name) {
    FoundCall found;
    COMITY_TRY(found.answer, ask_market(source, "bids", {{"call", name}}));
    COMITY_TRY(found.body, development::parse_call(found.answer.at("call")));
    COMITY_TRY(found.statement, Digest::from_hex(field(found.answer, "statement")));
    return found;
}
// The next revision of the member's bids; nothing where there are none.
std::optional<std::int64_t> bids_so_far(const FoundCall& found, const std::string& member) {
    std::optional<std::int64_t> next;
    for (const json::Value& row : found.answer.at("rows").as_array()) {
        if (field(row.as_object(), "author") != member) continue;
        const auto bid = development::parse_bid(row.at("bid"));
        if (bid) next = std::max(next.value_or(0), bid->revision + 1);
    }
    return next;
}

struct BidOptions {
    std::string call, amount, currency, note;
    std::vector<std::string> documents;
    AudienceOptions audience;
};

Result<void> bid(Context& context, const BidOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundCall found, find_call(*source, options.call));
    if (context.clock->now().seconds() > found.body.deadline)
        return refused(options.call, "its deadline is past");
    development::BidContent content;
    content.call = found.statement;
    content.bidder = member;
    COMITY_TRY(content.amount, amount_option(options.amount, "--amount"));
    content.currency = options.currency.empty() ? found.body.currency : options.currency;
    if (content.currency.empty()) return invalid("--currency", "is missing", "the call leaves it to the bid");
    if (!found.body.currency.empty() && content.currency != found.body.currency)
        return invalid("--currency", fmt::format("the call asks for {}", found.body.currency));
    content.note = options.note;
    for (const std::string& text : options.documents) {
        COMITY_TRY(const auto parts, parted(text, 2, "--document", "TITLE=URL"));
        content.documents.push_back({parts[0], parts[1], {}});
    }
    COMITY_CHECK(development::parse_bid_content(development::bid_content_json(content), "bid"));
    COMITY_TRY(const crypto::NamedSecret secret, signing_secret(context, *source, member));
    const Bytes salt = crypto::random_bytes(kSaltBytes);
    COMITY_TRY(development::BidBody body,
               development::seal_bid(found.body, content,
                                     development::bid_seed(secret.key, found.statement, salt), salt));
    body.revision = bids_so_far(found, member).value_or(0);
    COMITY_TRY(ledger::Audience audience, audience_after(*source, options.audience, found.statement.hex()));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kBid),
                                               .audience = std::move(audience),
                                               .body = development::bid_json(body)}));
    print_submitted(context, submitted);
    if (!context.json)
        context.err << fmt::format("Sealed until {}: open it between then and {} (comity tender open).\n",
                                   second_text(found.body.deadline), second_text(found.body.open_by));
    return {};
}

Result<void> withdraw(Context& context, const std::string& name) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundCall found, find_call(*source, name));
    const auto next = bids_so_far(found, member);
    if (!next) return not_found(fmt::format("{} has not bid in {}", member, name));
    development::BidBody body;
    body.call = found.statement;
    body.revision = *next;
    body.withdrawn = true;
    COMITY_TRY(ledger::Audience audience, audience_of_statement(*source, found.statement.hex()));
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(development::kBid),
                                               .audience = std::move(audience),
                                               .body = development::bid_json(body)}));
    print_submitted(context, submitted);
    return {};
}

// The keys of one's own bids, and one's shares of all where one is an opener.
std::vector<development::Opened> opened_by(Context& context, const FoundCall& found,
                                           const std::string& member,
                                           const std::vector<crypto::NamedSecret>& secrets) {
    std::vector<development::Opened> opened;
    for (const json::Value& row : found.answer.at("rows").as_array()) {
        const std::string author = field(row.as_object(), "author");
        const auto statement = Digest::from_hex(field(row.as_object(), "statement"));
        const auto sealed = development::parse_bid(row.at("bid"));
        if (!statement || !sealed || sealed->withdrawn) continue;
        for (const crypto::NamedSecret& secret : secrets) {
            if (author != member) break;
            Bytes seed = development::bid_seed(secret.key, found.statement, sealed->salt);
            if (!development::opens(*sealed, seed)) continue;
            opened.push_back({*statement, std::move(seed), {}});
            break;
        }
        for (std::size_t i = 0; i < found.body.openers.size(); ++i) {
            if (found.body.openers[i].member != member) continue;
            for (const crypto::NamedSecret& secret : secrets) {
                if (secret.key.public_key() != found.body.openers[i].key.key) continue;
                auto share = development::unseal_share(found.body, *sealed, author, i, secret.key);
                if (share) {
                    opened.push_back({*statement, {}, *std::move(share)});
                } else {
                    context.err << printable(fmt::format("{}'s bid {}: {}", author,
                                                         statement->hex().substr(0, 12),
                                                         share.error().message()))
                                << '\n';
                }
            }
        }
    }
    return opened;
}

Result<void> open_call(Context& context, const std::string& name) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const FoundCall found, find_call(*source, name));
    const ledger::Witnessed now = context.clock->now().seconds();
    if (now <= found.body.deadline)
        return refused(name, fmt::format("its deadline is {}", second_text(found.body.deadline)),
                       "whoever opens a bid before puts it out of the running");
    COMITY_TRY(const auto secrets, secrets_at_hand(context));
    const auto opened = opened_by(context, found, member, secrets);
    if (opened.empty())
        return not_found(fmt::format("{} has nothing to open in {}", member, name),
                         "bidders open their own bids, openers all; with the key that bid: --key FILE");
    COMITY_TRY(const ledger::Audience audience, audience_of_statement(*source, found.statement.hex()));
    for (std::size_t from = 0; from < opened.size(); from += kOpenedAtOnce) {
        development::OpeningBody body;
        body.call = found.statement;
        const std::size_t to = std::min(opened.size(), from + kOpenedAtOnce);
        body.opened.assign(opened.begin() + static_cast<std::ptrdiff_t>(from),
                           opened.begin() + static_cast<std::ptrdiff_t>(to));
        COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                                  {.type = std::string(development::kBidOpening),
                                                   .audience = audience,
                                                   .body = development::opening_json(body)}));
        print_submitted(context, submitted);
    }
    return {};
}

Result<void> show_bids(Context& context, const std::string& name) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object answer, ask_market(*source, "call", {{"call", name}}));
    if (context.json) {
        print_json(context, answer);
    } else {
        print_bid_opening(context, answer);
    }
    return {};
}

}  // namespace

void print_bid_opening(Context& context, const json::Object& opening) {
    const json::Object& stated = opening.at("call").as_object();
    print_fields(context, {{"call", field(stated, "ref")},
                           {"title", field(stated, "title")},
                           {"deadline", field(stated, "deadline")},
                           {"opened by", field(stated, "open_by")},
                           {"stands", opening.at("settled").as_bool()  ? "settled"
                                      : opening.at("closed").as_bool() ? "being opened"
                                                                       : "open for bids"}});
    context.out << '\n';
    std::vector<std::vector<std::string>> rows;
    for (const json::Value& each : opening.at("bids").as_array()) {
        const json::Object& row = each.as_object();
        std::string rank, value;
        const json::Array& ranked = opening.at("ranked").as_array();
        for (std::size_t i = 0; i < ranked.size(); ++i)
            if (ranked[i].as_string() == std::string_view(row.at("bid").as_string()))
                rank = std::to_string(i + 1);
        if (row.at("value").is_object())
            value = field(row.at("value").as_object(), "amount") + " " +
                    field(row.at("value").as_object(), "currency");
        rows.push_back({rank, field(row, "bidder"), value, field(row, "stand"), field(row, "witnessed"),
                        field(row, "bid").substr(0, 12), field(row, "why")});
    }
    print_table(context, {"RANK", "BIDDER", "VALUE", "STANDS", "WITNESSED", "BID", "WHY"}, rows,
                "Nobody has bid.");
    for (const json::Value& each : opening.at("faults").as_array())
        context.err << printable(each.as_string()) << '\n';
    for (const json::Value& each : opening.at("waits").as_array())
        context.err << "It waits for the witness " << printable(each.as_string()) << '\n';
}

void add_tender_call(Command& tender, Context& context) {
    auto options = std::make_shared<CallOptions>();
    Command command = tender.add_command(
        {.name = "call",
         .summary = "Call for sealed bids",
         .description =
             "A call never changes: bids are bound to its statement. Bidders open their bids between the "
             "deadline and --open-by; where openers are named, so many of them as --threshold says open "
             "what its bidder would not, and fewer see nothing. With --witnesses their quorum says what was "
             "in by then, not this node's clock.",
         .examples = {
             {"comity tender call routers-2027 --title \"Routers\" --process ocds-213czf-1 --deadline "
              "2027-03-01T12:00:00Z --open-by 2027-03-03T12:00:00Z --currency USD --opener audit "
              "--opener ngo-1 --opener uni --threshold 2 --as cert-rw",
              ""}}});
    command.add_option("ID", options->id, "Its name among one's own calls").required();
    command.add_option("--title", options->title, "What is asked for").required();
    command.add_option("--process", options->process, "The ocid of one's process").required();
    command.add_option("--deadline", options->deadline, "Until when bids are in")
        .required()
        .type_name("TIME");
    command.add_option("--open-by", options->open_by, "Until when they are opened")
        .required()
        .type_name("TIME");
    command.add_option("--currency", options->currency, "What bids are in").type_name("CODE");
    command.add_option("--opener", options->openers, "A member that holds a share (repeat); with a key of it")
        .type_name("ID[=VKEY]");
    command.add_option("--threshold", options->threshold, "How many of them open; default: more than half")
        .range(2, 9);
    command.add_option("--witnesses", options->witnesses, "A policy: whose word decides what was in time")
        .type_name("FILE");
    command.add_option("--note", options->note, "What else there is to say");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return call(c, *options); });
}

void add_tender_bid(Command& tender, Context& context) {
    auto options = std::make_shared<BidOptions>();
    Command command = tender.add_command(
        {.name = "bid",
         .summary = "Bid under seal",
         .description =
             "Nobody sees the amount before the deadline, and nobody can change it after. The last "
             "bid before the deadline counts. What opens it is made of the key that signs it: keep "
             "that key until it is opened.",
         .examples = {{"comity tender bid cert-rw/routers-2027 --amount 95000 --document "
                       "Offer=https://acme.example/offer.pdf --as acme",
                       ""}}});
    command.add_option("CALL", options->call, "member/name, or the beginning of its statement's id")
        .required();
    command.add_option("--amount", options->amount, "How much it would cost").required().type_name("N");
    command.add_option("--currency", options->currency, "In what; else as the call says").type_name("CODE");
    command.add_option("--document", options->documents, "What belongs to it (repeat)")
        .type_name("TITLE=URL");
    command.add_option("--note", options->note, "What else there is to say");
    add_audience_options(command, options->audience);
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return bid(c, *options); });
}

void add_tender_withdraw(Command& tender, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = tender.add_command({.name = "withdraw",
                                          .summary = "Take a bid back before the deadline",
                                          .description = "",
                                          .examples = {{"comity tender withdraw cert-rw/routers-2027", ""}}});
    command.add_option("CALL", *name, "member/name, or the beginning of its statement's id").required();
    add_signing_options(command, context);
    command.on_run(context, [name](Context& c) { return withdraw(c, *name); });
}

void add_tender_open(Command& tender, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = tender.add_command(
        {.name = "open",
         .summary = "Open sealed bids after the deadline: one's own, and as an opener one's shares of all",
         .description = "",
         .examples = {{"comity tender open cert-rw/routers-2027 --as acme", ""}}});
    command.add_option("CALL", *name, "member/name, or the beginning of its statement's id").required();
    add_signing_options(command, context);
    command.on_run(context, [name](Context& c) { return open_call(c, *name); });
}

void add_tender_bids(Command& tender, Context& context) {
    auto name = std::make_shared<std::string>();
    Command command = tender.add_command(
        {.name = "bids",
         .summary = "Show what the sealed bids of a call come to",
         .description = "Each bid, and where it does not count, why: late, replaced, withdrawn, unopened, "
                        "revealed before the deadline, altered, copied, unfit, or without shares.",
         .examples = {{"comity tender bids cert-rw/routers-2027", ""}}});
    command.add_option("CALL", *name, "member/name, or the beginning of its statement's id").required();
    add_reading_options(command, context);
    command.on_run(context, [name](Context& c) { return show_bids(c, *name); });
}

}  // namespace comity::cli
