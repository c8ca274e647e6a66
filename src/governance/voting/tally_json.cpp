#include <fmt/format.h>

#include "governance/forms.h"
#include "governance/procedure/read.h"
#include "governance/voting/tally.h"

namespace comity::governance {

json::Object tally_json(const Tally& tally) {
    json::Array lines, disregarded, proxies, acceded;
    for (const RollCallLine& line : tally.roll_call) {
        json::Object form{{"member", line.member},
                          {"name", line.name},
                          {"class", ledger::to_string(line.stakeholder_class)},
                          {"vote", to_string(line.choice)}};
        if (line.ballot) form["ballot"] = line.ballot->hex();
        if (!line.by.empty()) form["by"] = line.by;
        if (line.at != 0) form["witnessed"] = second_text(line.at);
        if (!line.reason.empty()) form["reason"] = line.reason;
        if (line.objects) form["objection"] = line.addressed ? "answered" : "sustained";
        if (line.recused) form["recused"] = true;
        if (line.changes != 0) form["changes"] = line.changes;
        lines.push_back(std::move(form));
    }
    for (const Disregarded& one : tally.disregarded) {
        disregarded.push_back(json::Object{{"ballot", one.ballot.hex()},
                                           {"author", one.author},
                                           {"why", to_string(one.why)},
                                           {"text", one.text},
                                           {"witnessed", second_text(one.at)}});
    }
    for (const auto& [proxy, counted] : tally.proxies)
        proxies.push_back(json::Object{{"proxy", proxy}, {"counted", counted}});
    for (const auto& [member, at] : tally.acceded) acceded.emplace_back(member);
    json::Object form = verdict_json(tally.body.procedure, tally.verdict);
    form["proposal"] = tally.proposal.hex();
    form["version"] = tally.version.hex();
    if (tally.amends) form["amends"] = tally.amends->hex();
    form["opening"] = tally.opening.hex();
    if (tally.put_to) {
        form["body"] = json::Object{{"id", tally.put_to->id}, {"name", tally.put_to->name}};
        for (json::Value& line : lines) {
            json::Object& shown = line.get_object();
            for (const OrganSeat& seat : tally.put_to->seats) {
                if (std::string_view(shown.at("member").as_string()) != seat.member) continue;
                shown["seat"] = seat.id;
                if (!seat.person.empty()) shown["person"] = seat.person;
            }
        }
    }
    if (tally.unbinding) {
        form["unbinding"] = json::Object{{"where", tally.unbinding->where},
                                         {"why", tally.unbinding->what},
                                         {"mend", tally.unbinding->mend}};
    }
    form["chair"] = tally.author;
    form["opened"] = second_text(tally.opened);
    form["closes"] = second_text(tally.closes);
    form["counted"] = tally.counted;
    form["ballots"] = tally.ballots_digest.hex();
    form["roll_call"] = std::move(lines);
    form["disregarded"] = std::move(disregarded);
    if (!proxies.empty()) form["proxies"] = std::move(proxies);
    if (!acceded.empty()) form["acceded"] = std::move(acceded);
    if (tally.closed || !tally.settled()) {
        const ledger::ClosedAt closed = tally.closed.value_or(ledger::ClosedAt());
        json::Array waits, behind, faults;
        for (const std::string& name : closed.waits) waits.emplace_back(name);
        if (tally.charter_waits) waits.emplace_back("the witnesses of a vote on the charter");
        for (const ledger::ClosedAt::Behind& log : closed.behind) {
            behind.push_back(json::Object{{"log", log.origin}, {"held", log.held}, {"sealed", log.sealed}});
        }
        for (const std::string& fault : closed.faults) faults.emplace_back(fault);
        json::Array dropped;
        for (const ledger::ClosedAt::Dropped& one : closed.dropped) {
            dropped.push_back(json::Object{{"witness", one.witness}, {"evidence", one.evidence.hex()}});
        }
        form["close"] = json::Object{{"settled", tally.settled()},
                                     {"waits", std::move(waits)},
                                     {"behind", std::move(behind)},
                                     {"faults", std::move(faults)},
                                     {"dropped", std::move(dropped)}};
    }
    return form;
}

}  // namespace comity::governance
