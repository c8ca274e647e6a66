// Deleting an object: its author withdraws it (TAXII 2.1 section 5.7).
#include <algorithm>
#include <map>
#include <set>

#include "api/taxii/answer.h"
#include "api/taxii/door.h"
#include "api/taxii/media.h"
#include "api/taxii/speaking.h"
#include "intelligence/standing.h"
#include "intelligence/withdrawal.h"

namespace comity::api::taxii {

using http::Response;
using intelligence::Copy;
using intelligence::ObjectRow;
using intelligence::WithdrawalBody;
using intelligence::Withdrawn;

namespace {

// What is to be withdrawn of the member's own, by who may read it: a withdrawal names ids, so it is for those
// who could read the objects.
std::map<ledger::Audience, std::set<Withdrawn>> own_of(const std::vector<ObjectRow>& rows,
                                                       const std::vector<Copy>& copies) {
    std::map<ledger::Audience, std::set<Withdrawn>> own;
    for (const Copy& copy : copies) {
        const auto is_meant = [&](const ObjectRow& row) { return row.version == copy.row.version; };
        if (std::ranges::any_of(rows, is_meant)) own[copy.audience].insert({copy.row.id, copy.row.version});
    }
    return own;
}

std::vector<ledger::Submission> withdrawals(const Speaker& speaker,
                                            const std::map<ledger::Audience, std::set<Withdrawn>>& own) {
    std::vector<ledger::Submission> submissions;
    for (const auto& [audience, objects] : own) {
        WithdrawalBody body;
        for (auto it = objects.begin(); it != objects.end();) {
            body.objects.push_back(*it++);
            if (it != objects.end() && body.objects.size() < intelligence::kMaxWithdrawn) continue;
            submissions.push_back(speaker.say(intelligence::kWithdrawal, audience, withdrawal_json(body)));
            body.objects.clear();
        }
    }
    return submissions;
}

}  // namespace

Result<Response> Door::remove(const Asked& asked) {
    std::map<ledger::Audience, std::set<Withdrawn>> own;
    {
        COMITY_TRY(const auto session, node_.database().snapshot());
        COMITY_TRY(const ledger::Readable readable, ledger::readable_by(*session, asked.viewer));
        COMITY_TRY(const Place at, place(*session, readable, asked));
        const auto writable = check_writable(asked, at.made ? &*at.made : nullptr);
        if (!asked.can_read() && !writable)
            return not_found("there is no such object");  // section 5.7's table
        COMITY_CHECK(check_readable(asked));
        COMITY_CHECK(writable);
        COMITY_TRY(Parameters parameters, read_parameters(asked.request, Filters::kObject));
        COMITY_TRY(const intelligence::ObjectId id, object_id(asked.request));
        if (at.made) parameters.filter.collection = at.made->scope(*asked.roll);
        parameters.filter.added_after.reset();
        COMITY_TRY(const std::vector<ObjectRow> rows,
                   intelligence::find_rows(*session, readable, parameters.filter, id));
        if (rows.empty()) return not_found("there is no such object");
        const std::string& member = asked.principal->account.member;
        COMITY_TRY(const std::vector<Copy> copies, intelligence::find_copies(*session, member, id));
        own = own_of(rows, copies);
        if (own.empty()) {
            return refused("object", "was not shared by '" + member + "'",
                           "who shared it can withdraw it; share a version that is revoked if it is yours");
        }
    }
    COMITY_TRY(const Speaker speaker, Speaker::of(node_, *asked.roll, asked.principal->account.member));
    for (auto& answer : speaker.submit(withdrawals(speaker, own))) {
        if (!answer) return std::unexpected(std::move(answer).error());
    }
    return resource({});
}

}  // namespace comity::api::taxii
