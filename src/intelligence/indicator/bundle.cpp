#include "intelligence/indicator/bundle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "base/text.h"
#include "intelligence/pattern/literal.h"
#include "intelligence/stix/bundle_objects.h"
#include "intelligence/stix/marking.h"
#include "intelligence/stix/object.h"
#include "json/value.h"

namespace comity::intelligence {
namespace {

// Version 5 ids are made in this namespace of Comity's own; STIX reserves its own for observables
// (section 2.9).
const Uuid& bundle_names() {
    static const Uuid ours = *Uuid::parse("5e0c3f4a-6d1b-4c8e-9a57-2b8f60d1c7a3");
    return ours;
}

std::string_view object_path(IndicatorKind kind) {
    switch (kind) {
        case IndicatorKind::kIpv4:
        case IndicatorKind::kIpv4Network:
            return "ipv4-addr:value";
        case IndicatorKind::kIpv6:
        case IndicatorKind::kIpv6Network:
            return "ipv6-addr:value";
        case IndicatorKind::kDomain:
            return "domain-name:value";
        case IndicatorKind::kUrl:
            return "url:value";
        case IndicatorKind::kEmail:
            return "email-addr:value";
        case IndicatorKind::kMd5:
            return "file:hashes.MD5";
        case IndicatorKind::kSha1:
            return "file:hashes.'SHA-1'";
        case IndicatorKind::kSha256:
            return "file:hashes.'SHA-256'";
        case IndicatorKind::kSha512:
            return "file:hashes.'SHA-512'";
        case IndicatorKind::kSsdeep:
            return "file:hashes.SSDEEP";
        case IndicatorKind::kFileName:
            return "file:name";
        // STIX has no place for these: names of our own, as its section 11 wants them.
        case IndicatorKind::kJa3:
            return "network-traffic:x_tls_ja3";
        case IndicatorKind::kJa4:
            return "network-traffic:x_tls_ja4";
        case IndicatorKind::kWallet:
            return "x-cryptocurrency-wallet:value";
    }
    return {};
}

bool is_network(IndicatorKind kind) {
    return kind == IndicatorKind::kIpv4Network || kind == IndicatorKind::kIpv6Network;
}

// The lines that parts of a text begin in, asked for in their order.
class LineCounter {
  public:
    explicit LineCounter(std::string_view text) : text_(text) {}
    std::size_t of(std::string_view part) {
        const auto place = static_cast<std::size_t>(part.data() - text_.data());
        line_ += static_cast<std::size_t>(std::ranges::count(text_.substr(at_, place - at_), '\n'));
        at_ = place;
        return line_;
    }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

}  // namespace

std::string pattern_of(const Indicator& indicator) {
    return fmt::format("[{} {} {}]", object_path(indicator.kind),
                       is_network(indicator.kind) ? "ISSUBSET" : "=", literal(indicator.value));
}

namespace {

std::string author_of(const Sharer& sharer) {
    return fmt::format("{}\n{}\n", sharer.community, sharer.member);
}

std::string identity_object(const Sharer& sharer) {
    const std::string since = format_time_millis(sharer.since);
    return json::write(json::Object{{"type", "identity"},
                                    {"spec_version", "2.1"},
                                    {"id", identity_of(sharer)},
                                    {"created", since},
                                    {"modified", since},
                                    {"name", sharer.name},
                                    {"identity_class", sharer.identity_class}});
}

std::string indicator_object(const Described& described, const std::string& author,
                             const std::string& identity, ledger::Tlp label, Time at) {
    const std::string pattern = pattern_of(described.indicator);
    const std::string time = format_time_millis(at);
    const Time from = described.valid_from.value_or(at);
    json::Object object{
        {"type", "indicator"},
        {"spec_version", "2.1"},
        {"id", "indicator--" + Uuid::of_name(bundle_names(), author + pattern).text()},
        {"created_by_ref", identity},
        {"created", time},
        {"modified", time},
        {"name", described.indicator.value},
    };
    if (!described.description.empty()) object["description"] = described.description;
    object["pattern"] = pattern;
    object["pattern_type"] = "stix";
    object["valid_from"] = format_time_millis(from);
    // Section 4.7: later than valid_from.
    if (described.valid_until && *described.valid_until > from)
        object["valid_until"] = format_time_millis(*described.valid_until);
    if (!described.labels.empty()) {
        json::Array labels;
        for (const std::string& each : described.labels) labels.emplace_back(each);
        object["labels"] = std::move(labels);
    }
    if (described.confidence) object["confidence"] = *described.confidence;
    const ledger::Tlp marking = *strictest(label, described.marking);
    object["object_marking_refs"] = json::Array{json::Value(marking_id(marking))};
    return json::write(object);
}

}  // namespace

std::string identity_of(const Sharer& sharer) {
    return "identity--" + Uuid::of_name(bundle_names(), author_of(sharer)).text();
}

std::vector<std::string> objects_of(std::span<const Described> indicators, const Sharer& sharer,
                                    ledger::Tlp label, Time at) {
    std::vector<std::string> objects;
    objects.reserve(indicators.size() + 1);
    objects.push_back(identity_object(sharer));
    const std::string author = author_of(sharer);
    const std::string identity = identity_of(sharer);
    for (const Described& described : indicators)
        objects.push_back(indicator_object(described, author, identity, label, at));
    return objects;
}

std::vector<std::string> objects_of(std::span<const Indicator> indicators, const Sharer& sharer,
                                    ledger::Tlp label, Time at) {
    std::vector<Described> described(indicators.size());
    for (std::size_t i = 0; i < indicators.size(); ++i) described[i].indicator = indicators[i];
    return objects_of(described, sharer, label, at);
}

Result<Document> open_document(std::string_view document) {
    const auto bundle = bundle_objects(document);
    if (!bundle && bundle.error().kind == ErrorKind::kNotFound)
        return invalid("objects", "the bundle has none");
    if (!bundle) return std::unexpected(bundle.error());
    const auto& found = *bundle;
    if (!found) {
        const std::string_view alone = trimmed(document, " \t\r\n");
        auto object = parse_object(alone);
        if (!object) return std::unexpected(std::move(object).error());
        return Document{.objects = {alone}, .wrong = {}, .repeated = 0};
    }
    if (found->empty()) return invalid("objects", "there is no object to share");

    Document out;
    std::map<std::tuple<ObjectId, std::optional<Time>>, std::size_t> seen;  // to the place in `found`
    LineCounter lines(document);
    for (std::size_t i = 0; i < found->size(); ++i) {
        const std::string_view bytes = (*found)[i];
        const std::size_t line = lines.of(bytes);
        const auto object = parse_object(bytes);
        if (!object) {
            out.wrong.push_back({line, fmt::format("objects[{}]", i), object.error().message()});
            continue;
        }
        const auto [known, fresh] = seen.try_emplace({object->id, object->version}, i);
        if (fresh) {
            out.objects.push_back(bytes);
        } else if ((*found)[known->second] == bytes) {
            ++out.repeated;
        } else {
            out.wrong.push_back(
                {line, fmt::format("objects[{}]", i),
                 fmt::format("{} differs from objects[{}], which has the same id and version: give the newer "
                             "one a later modified time",
                             object->id.text(), known->second)});
        }
    }
    return out;
}

}  // namespace comity::intelligence
