#include "cli/scan/hit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/alert/alert_source.h"
#include "cli/forms.h"
#include "crypto/random.h"
#include "intelligence/hit/hit_book.h"

namespace comity::cli {
namespace {

constexpr std::size_t kReportId = 16;  // random bytes
constexpr std::int64_t kMostMet = 999'999'999;

}  // namespace

void HitCollector::add(const intelligence::match::Finding& finding, Time now) {
    for (const auto& about : finding.abouts) add(about, now);
}

void HitCollector::add(const intelligence::match::About& about, Time now) {
    if (about.id.empty()) return;
    const auto met = hits_.try_emplace(about.id, Met{0, now, now}).first;
    met->second.count = std::min(met->second.count + 1, kMostMet);
    met->second.last = std::max(met->second.last, now);
}

Result<void> HitCollector::send(Context& context) {
    std::int64_t taken = 0;
    std::string policy, waiting;
    while (!sending_.empty() || !hits_.empty()) {
        if (sending_.empty()) {
            id_ = crypto::random_text(kReportId);
            for (auto at = hits_.begin();
                 at != hits_.end() && sending_.size() < intelligence::kMaxReportedHits;)
                sending_.insert(hits_.extract(at++));
        }
        json::Array items;
        for (const auto& [object, met] : sending_)
            items.push_back(json::Object{{"object", object},
                                         {"count", met.count},
                                         {"first_seen", format_time_millis(met.first)},
                                         {"last_seen", format_time_millis(met.last)}});
        const json::Value body = json::Object{{"id", id_}, {"items", std::move(items)}};
        COMITY_TRY(const json::Object answer, ask_alert_desk(context, http::Method::kPost, "/hits", &body));
        sending_.clear();
        const json::Value* const count = answer.if_contains("taken");
        if (count != nullptr && count->is_number()) taken += count->to_number<std::int64_t>();
        policy = field(answer, "policy");
        waiting = field(answer, "waiting");
    }
    if (policy.empty()) return {};
    context.err << fmt::format("reported: {} indicator{} ({}{})\n", taken, taken == 1 ? "" : "s", policy,
                               policy == "approval" ? "; " + waiting + " wait: comity sighting list" : "");
    return {};
}

}  // namespace comity::cli
