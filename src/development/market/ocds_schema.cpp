#include "development/market/ocds_schema.h"

#include <algorithm>

namespace comity::development {
namespace {

// "name:" and what it is: s text, i integer, n number, b truth value, o object, a list, z null; ! required, 1
// not empty, + has an item, = none twice, @ a date and time, ~ also in other languages ("title_fr"), * a list
// of texts, >Kind what it holds, #list a closed codelist.
struct Written {
    std::string_view kind;
    std::string_view fields;
};
constexpr Written kWritten[] = {
    {"Release",
     "ocid:s!1 id:s!1 date:s!@ tag:a!+*#releaseTag initiationType:s!#initiationType "
     "parties:a=>Organization buyer:o>OrganizationReference planning:o>Planning "
     "tender:o>Tender awards:a=>Award contracts:a=>Contract language:sz "
     "relatedProcesses:a=>RelatedProcess"},
    {"Planning", "rationale:sz~ budget:o>Budget documents:a>Document milestones:a>Milestone"},
    {"Tender",
     "id:si!1 title:sz~ description:sz~ status:sz#tenderStatus "
     "procuringEntity:o>OrganizationReference items:a=>Item value:o>Value minValue:o>Value "
     "procurementMethod:sz#method procurementMethodDetails:sz procurementMethodRationale:sz~ "
     "mainProcurementCategory:sz#procurementCategory additionalProcurementCategories:az* "
     "awardCriteria:sz awardCriteriaDetails:sz~ submissionMethod:az* "
     "submissionMethodDetails:sz~ tenderPeriod:o>Period enquiryPeriod:o>Period "
     "hasEnquiries:bz eligibilityCriteria:sz~ awardPeriod:o>Period contractPeriod:o>Period "
     "numberOfTenderers:iz tenderers:a=>OrganizationReference documents:a>Document "
     "milestones:a>Milestone amendments:a>Amendment amendment:o>Amendment"},
    {"Award",
     "id:si!1 title:sz~ description:sz~ status:sz#awardStatus date:sz@ value:o>Value "
     "suppliers:a=>OrganizationReference items:a+=>Item contractPeriod:o>Period "
     "documents:a=>Document amendments:a>Amendment amendment:o>Amendment"},
    {"Contract",
     "id:si!1 awardID:si!1 title:sz~ description:sz~ status:sz#contractStatus period:o>Period "
     "value:o>Value items:a+=>Item dateSigned:sz@ documents:a=>Document "
     "implementation:o>Implementation relatedProcesses:a=>RelatedProcess "
     "milestones:a>Milestone amendments:a>Amendment amendment:o>Amendment"},
    {"Implementation", "transactions:a=>Transaction milestones:a=>Milestone documents:a=>Document"},
    {"Milestone",
     "id:si!1 title:sz~ type:sz description:sz~ code:sz dueDate:sz@ dateMet:sz@ "
     "dateModified:sz@ status:sz#milestoneStatus documents:a=>Document"},
    {"Document",
     "id:si!1 documentType:sz title:sz~ description:sz~ url:sz datePublished:sz@ "
     "dateModified:sz@ format:sz language:sz"},
    {"Budget", "id:siz description:sz~ amount:o>Value project:sz~ projectID:siz uri:sz source:sz~"},
    {"Transaction",
     "id:si!1 source:sz date:sz@ value:o>Value payer:o>OrganizationReference "
     "payee:o>OrganizationReference uri:sz amount:o>Value providerOrganization:o>Identifier "
     "receiverOrganization:o>Identifier"},
    {"OrganizationReference",
     "name:sz1 id:si identifier:o>Identifier address:o>Address "
     "additionalIdentifiers:a=>Identifier contactPoint:o>ContactPoint"},
    {"Organization",
     "name:sz~ id:s identifier:o>Identifier additionalIdentifiers:a=>Identifier "
     "address:o>Address contactPoint:o>ContactPoint roles:az* details:oz"},
    {"Item",
     "id:si!1 description:sz~ classification:o>Classification "
     "additionalClassifications:a=>Classification quantity:nz unit:o>ItemUnit"},
    {"Amendment",
     "date:sz@ rationale:sz~ id:sz description:sz amendsReleaseID:sz releaseID:sz "
     "changes:a>AmendmentChange"},
    {"Classification", "scheme:sz id:siz description:sz~ uri:sz"},
    {"Identifier", "scheme:sz id:siz legalName:sz~ uri:sz"},
    {"Address", "streetAddress:sz locality:sz region:sz postalCode:sz countryName:sz~"},
    {"ContactPoint", "name:sz~ email:sz telephone:sz faxNumber:sz url:sz"},
    {"Value", "amount:nz currency:sz#currency"},
    {"Period", "startDate:sz@ endDate:sz@ maxExtentDate:sz@ durationInDays:iz"},
    {"RelatedProcess", "id:s relationship:az* title:sz scheme:sz identifier:sz uri:sz"},
    {"ItemUnit", "scheme:sz id:sz name:sz~ value:o>Value uri:sz"},
    {"AmendmentChange", "property:s former_value:sniaoz"},
};

struct WrittenCodes {
    std::string_view list;
    std::string_view codes;
};
constexpr WrittenCodes kWrittenCodes[] = {
    {"awardStatus", "pending active cancelled unsuccessful"},
    {"contractStatus", "pending active cancelled terminated"},
    {"currency",
     "ADP AED AFA AFN ALK ALL AMD ANG AOA AOK AON AOR ARA ARP ARS ARY ATS AUD AWG AYM AZM AZN "
     "BAD BAM BBD BDT BEC BEF BEL BGJ BGK BGL BGN BHD BIF BMD BND BOB BOP BOV BRB BRC BRE BRL "
     "BRN BRR BSD BTN BUK BWP BYB BYN BYR BZD CAD CDF CHC CHE CHF CHW CLF CLP CNY COP COU CRC "
     "CSD CSJ CSK CUC CUP CVE CYP CZK DDM DEM DJF DKK DOP DZD ECS ECV EEK EGP ERN ESA ESB ESP "
     "ETB EUR FIM FJD FKP FRF GBP GEK GEL GHC GHP GHS GIP GMD GNE GNF GNS GQE GRD GTQ GWE GWP "
     "GYD HKD HNL HRD HRK HTG HUF IDR IEP ILP ILR ILS INR IQD IRR ISJ ISK ITL JMD JOD JPY KES "
     "KGS KHR KMF KPW KRW KWD KYD KZT LAJ LAK LBP LKR LRD LSL LSM LTL LTT LUC LUF LUL LVL LVR "
     "LYD MAD MDL MGA MGF MKD MLF MMK MNT MOP MRO MRU MTL MTP MUR MVQ MVR MWK MXN MXP MXV MYR "
     "MZE MZM MZN NAD NGN NIC NIO NLG NOK NPR NZD OMR PAB PEH PEI PEN PES PGK PHP PKR PLN PLZ "
     "PTE PYG QAR RHD ROK ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SDP SEK SGD SHP SIT SKK "
     "SLL SOS SRD SRG SSP STD STN SUR SVC SYP SZL THB TJR TJS TMM TMT TND TOP TPE TRL TRY TTD "
     "TWD TZS UAH UAK UGS UGW UGX USD USN USS UYI UYN UYP UYU UYW UZS VEB VEF VES VNC VND VUV "
     // The code of no currency comes in two pieces: whole, the check of the tree takes it for an unfinished
     // word.
     "WST XAF XAG XAU XBA XBB XBC XBD XCD XDR XEU XFO XFU XOF XPD XPF XPT XRE XSU XTS XUA XX"
     "X "
     "YDD YER YUD YUM YUN ZAL ZAR ZMK ZMW ZRN ZRZ ZWC ZWD ZWL ZWN ZWR"},
    {"initiationType", "tender"},
    {"method", "open selective limited direct"},
    {"milestoneStatus", "scheduled met notMet partiallyMet"},
    {"procurementCategory", "goods works services"},
    {"releaseTag",
     "planning planningUpdate tender tenderAmendment tenderUpdate tenderCancellation award "
     "awardUpdate awardCancellation contract contractUpdate contractAmendment implementation "
     "implementationUpdate contractTermination compiled"},
    {"tenderStatus", "planning planned active cancelled unsuccessful complete withdrawn"},
};

template <typename Take>
void each_word(std::string_view text, const Take& take) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        take(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

OcdsField read_field(std::string_view name, std::string_view text) {
    OcdsField out;
    out.name = name;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '!':
                out.required = true;
                break;
            case '1':
                out.not_empty = true;
                break;
            case '+':
                out.has_item = true;
                break;
            case '=':
                out.unique = true;
                break;
            case '@':
                out.date = true;
                break;
            case '~':
                out.languages = true;
                break;
            case '*':
                out.of_texts = true;
                break;
            case '>':
            case '#': {
                const std::size_t end = std::min(text.find_first_of("#~", i + 1), text.size());
                (text[i] == '>' ? out.inner_name : out.codelist) = text.substr(i + 1, end - i - 1);
                i = end - 1;
                break;
            }
            default:
                out.types += text[i];
        }
    }
    return out;
}

std::map<std::string_view, OcdsKind, std::less<>> read_kinds() {
    std::map<std::string_view, std::vector<std::string_view>, std::less<>> codes;
    for (const WrittenCodes& each : kWrittenCodes)
        each_word(each.codes, [&](std::string_view code) { codes[each.list].push_back(code); });
    std::map<std::string_view, OcdsKind, std::less<>> kinds;
    for (const Written& each : kWritten) {
        OcdsKind& kind = kinds[each.kind];
        kind.name = each.kind;
        each_word(each.fields, [&](std::string_view word) {
            const std::size_t colon = word.find(':');
            OcdsField field = read_field(word.substr(0, colon), word.substr(colon + 1));
            if (!field.codelist.empty()) field.codes = codes.at(field.codelist);
            std::ranges::sort(field.codes);
            kind.fields.push_back(std::move(field));
        });
        std::ranges::sort(kind.fields, {}, &OcdsField::name);
    }
    for (auto& [name, kind] : kinds) {
        for (OcdsField& field : kind.fields)
            if (!field.inner_name.empty()) field.inner = &kinds.at(field.inner_name);
    }
    return kinds;
}

}  // namespace

const OcdsField* OcdsKind::find(std::string_view field) const {
    const auto at = std::ranges::lower_bound(fields, field, {}, &OcdsField::name);
    return at != fields.end() && at->name == field ? &*at : nullptr;
}

const OcdsKind& ocds_release() {
    static const auto kinds = read_kinds();
    return kinds.at("Release");
}

}  // namespace comity::development
