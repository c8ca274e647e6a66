#include "intelligence/import/plan.h"

#include <algorithm>
#include <iterator>

#include "intelligence/stix/object.h"

namespace comity::intelligence {
namespace {

bool is_identity(const std::string& bytes) {
    const auto object = parse_object(bytes);
    return object && object->id.type == "identity";
}

// Others' objects come as they are: what is here for that audience, to the byte, is not said again. How many.
Result<std::size_t> drop_known(Portion& portion, const EarlierVersions& earlier) {
    std::vector<std::string> fresh;
    std::size_t there = 0;
    for (std::string& bytes : portion.objects) {
        COMITY_TRY(const Object object, parse_object(bytes));
        const auto known = earlier.find(object.id.text());
        const bool here =
            known != earlier.end() && known->second.data == bytes &&
            std::ranges::find(known->second.audiences, portion.audience) != known->second.audiences.end();
        if (here) {
            ++there;
        } else {
            fresh.push_back(std::move(bytes));
        }
    }
    portion.objects = std::move(fresh);
    return there;
}

}  // namespace

bool is_made_here(InputKind kind) {
    return kind != InputKind::kStix;
}

Result<SharePlan> plan_share(std::vector<std::string> objects, InputKind kind,
                             const ledger::Audience& audience, const EarlierVersions& earlier) {
    SharePlan plan;
    COMITY_TRY(std::vector<Portion> portions, split_by_audience(std::move(objects), audience));
    if (!is_made_here(kind)) {
        for (Portion& portion : portions) {
            COMITY_TRY(const std::size_t there, drop_known(portion, earlier));
            plan.unchanged += there;
            if (!portion.objects.empty()) plan.portions.push_back(std::move(portion));
        }
        return plan;
    }
    // Who says it goes along with what is said, and is nothing to say alone.
    if (portions.size() > 1 && std::ranges::all_of(portions.front().objects, is_identity)) {
        auto& next = portions[1].objects;
        next.insert(next.begin(), std::make_move_iterator(portions[0].objects.begin()),
                    std::make_move_iterator(portions[0].objects.end()));
        portions.erase(portions.begin());
    }
    for (Portion& portion : portions) {
        COMITY_TRY(Renewed renewed, renew(std::move(portion.objects), earlier, portion.audience));
        plan.unchanged += renewed.unchanged;
        plan.renewed += renewed.renewed;
        std::ranges::move(renewed.revoked, std::back_inserter(plan.revoked));
        const bool alone = std::ranges::all_of(renewed.objects, is_identity);
        if (renewed.objects.empty() || (alone && renewed.unchanged + renewed.revoked.size() > 0)) continue;
        plan.portions.push_back({std::move(portion.audience), std::move(renewed.objects)});
    }
    return plan;
}

}  // namespace comity::intelligence
