// What a member's own scans met, at its node: taken in, told as the member's policy says, and counted
// (intelligence/hit/). The same from REST and from the command line on a data folder. All but sightings() is
// for the member's own people; who asks is the caller's to establish.
#pragma once

#include <string>
#include <string_view>

#include "intelligence/answer/answer.h"
#include "json/value.h"
#include "node/node.h"

namespace comity::node {

// {"mode","audience","together","round":{"week","members","awaited":["..."]}|null}. "round": the newest one
// to which anybody has contributed, and who of it has not yet.
Result<json::Object> hit_policy(Node& node, const std::string& member);
// kRefused where this node could not say a sighting, or its part in a round, in the member's name and the
// policy would have it to.
Result<json::Object> set_hit_policy(Node& node, const std::string& member, const json::Value& form);

// Takes a report (hit_book.h) of what the member may read: {"taken","unknown","policy","told","waiting"}.
// What was sent before changes nothing. The member's rules that are about scans are held to it.
Result<json::Object> report_hits(Node& node, const std::string& member, const json::Value& form);

// {"items":[{"object","day","count","first_seen","last_seen","state","name","value"}],"next":null}, the
// newest first. `state`: as to_string(HitState); empty: all.
Result<json::Object> list_hits(Node& node, const std::string& member, std::string_view state);
// {"decision":"approve"|"discard","objects"?:["indicator--..."]}: of what waits, all where none is named.
// {"decided","told"}
Result<json::Object> decide_hits(Node& node, const std::string& member, const json::Value& form);

// Who has seen an object, since when, how often, as far as the asker may read: {"id","count","sighted_by",
// "false_by","first_seen","last_seen","members":[{"member","count","first_seen","last_seen"}],"days":[{"day",
// "members"}],"private":[{"week","members","among"}],"private_rule":{"least","noise"},
// "own":[{"day","count","state"}],"regions","places"} (node/seen_where.h). "private": members that only let
// themselves be counted, told as the community's rules have it ("private_rule"): of all nodes where "among"
// says how many were counted together, else of this node; "own": the asker's own hits.
Result<json::Object> sightings_of(Node& node, const intelligence::Asking& asking, std::string_view id);

// The desk by REST's methods and paths below /api/v1 ("/hits?state=waiting").
Result<json::Object> local_hit_desk(Node& node, const std::string& member, bool reads, std::string_view path,
                                    const json::Value& form);

}  // namespace comity::node
