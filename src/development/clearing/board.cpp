#include "development/clearing/board.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace comity::development {
namespace {

constexpr std::array<std::string_view, 7> kUnfitWords{
    "same-member", "other-kind", "other-subject", "other-unit", "other-place", "other-period", "standards"};
constexpr std::size_t kMostOverlaps = 10'000;

template <typename T, typename Parse>
Result<std::vector<T>> find_all(db::Session& session, const ledger::Readable& readable, std::string_view type,
                                const Parse& parse) {
    COMITY_TRY(auto all, load_stated<T>(session, readable,
                                        "SELECT c.seq, s.id, s.author, c.audience, c.body FROM "
                                        "development_clearing c JOIN statements s ON s.seq = c.seq "
                                        "WHERE c.type = $1",
                                        {type}, parse));
    // By ref as text, and not by its parts: "a-b/x" comes before "a/x".
    std::vector<T> out = latest(std::move(all), [](const T& t) { return std::tie(t.author, t.body.id); });
    std::ranges::sort(out, {}, [](const T& t) { return ref_to(t); });
    return out;
}

template <typename T>
std::vector<T> standing(std::vector<T> all) {
    std::erase_if(all, [](const T& t) { return t.body.withdrawn; });
    return all;
}

template <typename T>
Result<T> one_of(std::vector<T> all, std::string_view ref, std::string_view what) {
    for (T& each : all)
        if (ref_to(each) == ref) return std::move(each);
    return not_found(fmt::format("there is no {} {}", what, ref),
                     fmt::format("comity {} list shows what there is", what));
}

bool in_common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    if (a.empty() || b.empty()) return true;
    return std::ranges::any_of(a, [&](const std::string& s) { return std::ranges::binary_search(b, s); });
}

std::string shared_text(const Terms& a, const Terms& b) {
    const Period both{std::max(a.period.from, b.period.from), std::min(a.period.to, b.period.to)};
    return fmt::format("{} {}, both from {} to {}", a.kind, a.subject.empty() ? b.subject : a.subject,
                       day_text(both.from), day_text(both.to));
}

}  // namespace

Result<std::vector<StatedNeed>> find_needs(db::Session& session, const ledger::Readable& readable) {
    COMITY_TRY(auto all, find_all<StatedNeed>(session, readable, kNeed, parse_need));
    return standing(std::move(all));
}
Result<std::vector<StatedOffer>> find_offers(db::Session& session, const ledger::Readable& readable) {
    COMITY_TRY(auto all, find_all<StatedOffer>(session, readable, kOffer, parse_offer));
    return standing(std::move(all));
}
Result<StatedNeed> find_need(db::Session& session, const ledger::Readable& readable, std::string_view ref) {
    COMITY_TRY(auto all, find_all<StatedNeed>(session, readable, kNeed, parse_need));
    return one_of(std::move(all), ref, "need");
}
Result<StatedOffer> find_offer(db::Session& session, const ledger::Readable& readable, std::string_view ref) {
    COMITY_TRY(auto all, find_all<StatedOffer>(session, readable, kOffer, parse_offer));
    return one_of(std::move(all), ref, "offer");
}

std::string_view to_string(Unfit unfit) {
    return kUnfitWords[static_cast<std::size_t>(unfit)];
}

std::string told(Unfit unfit, const NeedBody& need, const OfferBody& offer) {
    const Terms &asked = need.terms, &given = offer.terms;
    switch (unfit) {
        case Unfit::kSameMember:
            return "is the same member's";
        case Unfit::kKind:
            return fmt::format("is {}, asked for is {}", given.kind, asked.kind);
        case Unfit::kSubject:
            return fmt::format("is {}, asked for is {}", given.subject, asked.subject);
        case Unfit::kUnit:
            return fmt::format("is in {}, asked for is in {}", given.unit, asked.unit);
        case Unfit::kPlace:
            return fmt::format("is not for {}", need.place);
        case Unfit::kPeriod:
            return fmt::format("is from {} to {}, asked for is from {} to {}", day_text(given.period.from),
                               day_text(given.period.to), day_text(asked.period.from),
                               day_text(asked.period.to));
        case Unfit::kStandards:
            break;
    }
    std::string missing;
    for (const std::string& each : asked.standards)
        if (!std::ranges::binary_search(given.standards, each))
            missing += (missing.empty() ? "" : ", ") + each;
    return "does not keep to " + missing;
}

Fitting fit_of(const StatedNeed& need, const StatedOffer& offer) {
    const Terms &asked = need.body.terms, &given = offer.body.terms;
    if (need.author == offer.author) return {0, Unfit::kSameMember};
    if (asked.kind != given.kind) return {0, Unfit::kKind};
    if (!given.subject.empty() && asked.subject != given.subject) return {0, Unfit::kSubject};
    if (asked.unit != given.unit) return {0, Unfit::kUnit};
    if (!offer.body.places.empty() && !std::ranges::binary_search(offer.body.places, need.body.place))
        return {0, Unfit::kPlace};
    const Day shared = shared_days(asked.period, given.period);
    if (shared == 0) return {0, Unfit::kPeriod};
    if (!std::ranges::includes(given.standards, asked.standards)) return {0, Unfit::kStandards};
    if (!is_over_time(asked.kind)) return {1, std::nullopt};
    return {static_cast<double>(shared) / static_cast<double>(asked.period.days()), std::nullopt};
}

std::vector<Overlap> find_overlaps(const std::vector<StatedNeed>& needs,
                                   const std::vector<StatedOffer>& offers) {
    std::vector<Overlap> out;
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::vector<const StatedNeed*>>
        alike;
    for (const StatedNeed& need : needs)
        alike[{need.body.place, need.body.terms.kind, need.body.terms.subject}].push_back(&need);
    for (const auto& [key, list] : alike) {
        for (std::size_t i = 0; i < list.size(); ++i)
            for (std::size_t k = i + 1; k < list.size() && out.size() < kMostOverlaps; ++k)
                if (shared_days(list[i]->body.terms.period, list[k]->body.terms.period) > 0)
                    out.push_back({"needs", ref_to(*list[i]), ref_to(*list[k]),
                                   fmt::format("{}: {}", list[i]->body.place,
                                               shared_text(list[i]->body.terms, list[k]->body.terms))});
    }
    std::map<std::pair<std::string_view, std::string_view>, std::vector<const StatedOffer*>> given;
    for (const StatedOffer& offer : offers)
        if (!offer.body.terms.subject.empty())
            given[{offer.body.terms.kind, offer.body.terms.subject}].push_back(&offer);
    for (const auto& [key, list] : given) {
        for (std::size_t i = 0; i < list.size(); ++i)
            for (std::size_t k = i + 1; k < list.size() && out.size() < kMostOverlaps; ++k)
                if (list[i]->author == list[k]->author &&
                    in_common(list[i]->body.places, list[k]->body.places) &&
                    shared_days(list[i]->body.terms.period, list[k]->body.terms.period) > 0)
                    out.push_back({"offers", ref_to(*list[i]), ref_to(*list[k]),
                                   shared_text(list[i]->body.terms, list[k]->body.terms)});
    }
    return out;
}

}  // namespace comity::development
