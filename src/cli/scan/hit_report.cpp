#include "cli/scan/hit_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "cli/alert/alert_source.h"
#include "cli/forms.h"
#include "crypto/random.h"
#include "crypto/sha256.h"
#include "intelligence/hit/hit_book.h"

namespace comity::cli {
namespace {

constexpr std::size_t kReportId = 16;  // random bytes
constexpr std::int64_t kMostMet = 999'999'999;

}  // namespace

HitCollector HitCollector::of_whole_logs() {
    HitCollector made;
    made.whole_logs_ = true;
    return made;
}

void HitCollector::add(const intelligence::match::Finding& finding, Time now) {
    if (whole_logs_) {
        const std::string place = fmt::format("{} {} {}", finding.file, finding.offset, finding.value);
        evidence_ = crypto::sha256({evidence_.bytes, as_bytes(place), as_bytes(finding.text)});
    }
    for (const auto& about : finding.abouts) add_met(about, now);
}

void HitCollector::add(const intelligence::match::PatternFinding& finding, Time now) {
    if (whole_logs_) {
        evidence_ = crypto::sha256({evidence_.bytes, as_bytes(finding.pattern->text)});
        for (const auto& place : finding.places) {
            const std::string where = fmt::format("{} {} {}", place.file, place.line, place.at.micros);
            evidence_ = crypto::sha256({evidence_.bytes, as_bytes(where)});
        }
    }
    add_met(finding.pattern->about, now);
}

// It tells nobody where anything stood.
std::string HitCollector::next_id() {
    if (!whole_logs_) return crypto::random_text(kReportId);
    const std::string number = std::to_string(++reports_);
    return crypto::sha256({evidence_.bytes, as_bytes(number)}).hex();
}

void HitCollector::add_met(const intelligence::match::About& about, Time now) {
    if (about.id.empty()) return;
    const auto met = hits_.try_emplace(about.id, Met{0, now, now}).first;
    met->second.count = std::min(met->second.count + 1, kMostMet);
    met->second.last = std::max(met->second.last, now);
}

Result<void> HitCollector::send(Context& context) {
    std::int64_t taken = 0, unknown = 0, sent = 0;
    std::string policy, waiting;
    while (!sending_.empty() || !hits_.empty()) {
        if (sending_.empty()) {
            id_ = next_id();
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
        sent += static_cast<std::int64_t>(sending_.size());
        sending_.clear();
        for (const auto& [name, sum] : {std::pair{"taken", &taken}, {"unknown", &unknown}}) {
            const json::Value* const count = answer.if_contains(name);
            if (count != nullptr && count->is_number()) *sum += count->to_number<std::int64_t>();
        }
        policy = field(answer, "policy");
        waiting = field(answer, "waiting");
    }
    if (policy.empty()) return {};
    if (taken == 0 && unknown < sent) {
        context.err << "the node has these hits already: they are not counted again\n";
        return {};
    }
    context.err << fmt::format("reported: {} indicator{} ({}{})\n", taken, taken == 1 ? "" : "s", policy,
                               policy == "approval" ? "; " + waiting + " wait: comity sighting list" : "");
    return {};
}

}  // namespace comity::cli
