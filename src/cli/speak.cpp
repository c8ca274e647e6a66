#include "cli/speak.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/forms.h"
#include "cli/keys.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "governance/key_bodies.h"
#include "ledger/objects_form.h"
#include "ledger/powers.h"
#include "node/key_files.h"

namespace comity::cli {

namespace {

struct SigningKey {
    crypto::NamedSecret secret;
    bool custody = false;
};

// Does the member's form list it as a key that counts now, for statements of the type? Empty: for any.
bool counts_now(const json::Object& key, std::string_view type, const std::string& now) {
    const std::string until = field(key, "until"), starts = field(key, "starts");
    if ((!until.empty() && until <= now) || starts > now) return false;
    const json::Value* powers = key.if_contains("powers");
    if (powers == nullptr || !powers->is_array()) return type != governance::kRecoveryRequest;
    if (type.empty()) return true;
    std::vector<std::string> words;
    for (const json::Value& word : powers->get_array())
        if (word.is_string()) words.emplace_back(word.get_string());
    return ledger::has_power(words, type);
}

// One of the secrets that the member's form lists as a key that counts now.
std::optional<SigningKey> signing_key(Context& context, const json::Object& member,
                                      const std::vector<crypto::NamedSecret>& secrets,
                                      std::string_view type) {
    const std::string now = second_text(context.clock->now().seconds());
    const json::Value* keys = member.if_contains("keys");
    if (keys == nullptr || !keys->is_array()) return std::nullopt;
    for (const crypto::NamedSecret& secret : secrets) {
        const std::string text = secret.public_part().text();
        for (const json::Value& key : keys->get_array()) {
            if (!key.is_object() || field(key.get_object(), "key") != text) continue;
            if (!counts_now(key.get_object(), type, now)) continue;
            return SigningKey{secret, field(key.get_object(), "custody") == "true"};
        }
    }
    return std::nullopt;
}

Failure no_key_at_hand(Context& context, const std::string& member, std::string_view type) {
    const std::string_view power = ledger::power_for(type);
    return not_found(
        fmt::format("no secret key of {} that counts{} is at hand", member,
                    type.empty() ? ""
                    : power.empty()
                        ? fmt::format(" for a {}", type)
                        : fmt::format(" for a {}, or of a delegate with the power to {},", type, power)),
        "give it with --key FILE, or put it into " + keys_folder(context).string());
}

Result<Digest> community_of(Source& source) {
    COMITY_TRY(const json::Object node, source.node());
    const json::Value* community = node.if_contains("community");
    if (community == nullptr || !community->is_object()) {
        return not_found("the node has no community yet", "found one: comity community found CHARTER.toml");
    }
    return Digest::from_hex(field(community->get_object(), "id"));
}

}  // namespace

ledger::Audience for_everybody() {
    return {.label = ledger::Tlp::kClear, .members = {}, .groups = {}, .persons = {}};
}

Result<std::vector<crypto::NamedSecret>> secrets_at_hand(Context& context) {
    if (context.keys.empty()) return member_secrets(context);
    std::vector<crypto::NamedSecret> secrets;
    for (const std::string& file : context.keys) {
        COMITY_TRY(crypto::NamedSecret secret, node::read_secret_key(file));
        secrets.push_back(std::move(secret));
    }
    return secrets;
}

Result<crypto::NamedSecret> signing_secret(Context& context, Source& source, const std::string& member) {
    COMITY_TRY(const json::Object form, source.member(member));
    COMITY_TRY(const auto secrets, secrets_at_hand(context));
    const auto key = signing_key(context, form, secrets, "");
    if (!key) return no_key_at_hand(context, member, "");
    return key->secret;
}

Result<std::string> acting_member(Context& context, Source& source) {
    if (!context.as.empty()) {
        const std::size_t at = context.as.find('@');
        return at == std::string::npos ? context.as : context.as.substr(at + 1);
    }
    COMITY_TRY(const auto secrets, secrets_at_hand(context));
    // A member's keys bear its id: only those members need to be asked for.
    std::vector<std::string> names;
    for (const crypto::NamedSecret& secret : secrets) names.push_back(secret.name);
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::vector<std::string> members;
    for (const std::string& name : names) {
        const auto member = source.member(name);
        if (!member && member.error().kind == ErrorKind::kNotFound) continue;
        if (!member) return std::unexpected(member.error());
        if (signing_key(context, *member, secrets, "")) members.push_back(name);
    }
    if (members.empty()) {
        return not_found("no member's secret key is at hand",
                         "give one with --key FILE, or put it into " + keys_folder(context).string());
    }
    if (members.size() > 1) {
        return invalid("--as",
                       fmt::format("keys of several members are at hand ({})", fmt::join(members, ", ")),
                       "say who acts: --as MEMBER");
    }
    return members.front();
}

Result<void> check_audience(Source& source, const ledger::Audience& audience,
                            const node::AudiencePlaces& places) {
    node::KnownNames known;
    if (!audience.members.empty() || !audience.persons.empty()) {
        COMITY_TRY(const auto members, source.members(""));
        for (const json::Object& member : members) known.members.push_back(field(member, "id"));
    }
    if (!audience.groups.empty()) {
        COMITY_TRY(const auto groups, source.groups());
        for (const json::Object& group : groups) known.groups.push_back(field(group, "id"));
    }
    return node::check_named(audience, known, places);
}

Result<Submitted> say(Context& context, Source& source, const std::string& member, Saying saying) {
    COMITY_TRY(const Digest community, community_of(source));
    if (!saying.audience_of_another) COMITY_CHECK(check_audience(source, saying.audience));
    COMITY_TRY(const json::Object form, source.member(member));
    COMITY_TRY(const auto secrets, secrets_at_hand(context));
    const auto key = signing_key(context, form, secrets, saying.type);
    if (!key) return no_key_at_hand(context, member, saying.type);
    if (!saying.objects.empty()) saying.body["objects"] = ledger::objects_form(saying.objects);
    const ledger::Draft draft{.community = community,
                              .type = std::move(saying.type),
                              .author = member,
                              .audience = std::move(saying.audience),
                              .body = std::move(saying.body),
                              .custody = key->custody,
                              .attachments = std::move(saying.attachments)};
    const crypto::Envelope envelope = ledger::sign_statement(draft, context.clock->now(), key->secret);
    return source.submit({.envelope = envelope.write(),
                          .objects = std::move(saying.objects),
                          .attachments = std::move(saying.attached)});
}

void print_submitted(Context& context, const Submitted& submitted) {
    if (context.json) {
        print_json(context, json::Object{{"id", submitted.id.hex()},
                                         {"index", submitted.index},
                                         {"witnessed", submitted.witnessed},
                                         {"origin", submitted.origin}});
        return;
    }
    context.out << fmt::format("{}\n", submitted.id.hex());
    context.err << fmt::format("Accepted: entry {} of {}, witnessed {}.\n", submitted.index,
                               printable(submitted.origin), printable(submitted.witnessed));
}

Result<void> say_and_print(Context& context, Saying saying) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const Submitted submitted, say(context, *source, member, std::move(saying)));
    print_submitted(context, submitted);
    return {};
}

}  // namespace comity::cli
