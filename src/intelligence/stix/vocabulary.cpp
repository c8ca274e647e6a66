#include "intelligence/stix/vocabulary.h"

#include <algorithm>
#include <array>

namespace comity::intelligence {
namespace {

struct VocabularyRow {
    std::string_view name;
    std::string_view words;
};

// Sorted by name; the words of each with spaces between.
constexpr auto kVocabularies = std::to_array<VocabularyRow>({
    {"account-type",
     "facebook ldap nis openid radius skype tacacs twitter unix windows-local windows-domain"},
    {"attack-motivation",
     "accidental coercion dominance ideology notoriety organizational-gain personal-gain "
     "personal-satisfaction revenge unpredictable"},
    {"attack-resource-level", "individual club contest team organization government"},
    {"encryption-algorithm", "AES-256-GCM ChaCha20-Poly1305 mime-type-indicated"},
    {"extension-type", "new-sdo new-sco new-sro property-extension toplevel-property-extension"},
    {"grouping-context", "suspicious-activity malware-analysis unspecified"},
    {"hash-algorithm", "MD5 SHA-1 SHA-256 SHA-512 SHA3-256 SHA3-512 SSDEEP TLSH"},
    {"identity-class", "individual group system organization class unknown"},
    {"implementation-language",
     "applescript bash c c++ c# go java javascript lua objective-c perl php powershell python ruby "
     "scala swift typescript visual-basic x86-32 x86-64"},
    {"indicator-type",
     "anomalous-activity anonymization benign compromised malicious-activity attribution unknown"},
    {"industry-sector",
     "agriculture aerospace automotive chemical commercial communications construction defense "
     "education energy entertainment financial-services government emergency-services "
     "government-national government-regional government-local government-public-services healthcare "
     "hospitality-leisure infrastructure dams nuclear water insurance manufacturing mining non-profit "
     "pharmaceuticals retail technology telecommunications transportation utilities"},
    {"infrastructure-type",
     "amplification anonymization botnet command-and-control control-system exfiltration firewall "
     "hosting-malware hosting-target-lists phishing reconnaissance routers-switches staging "
     "workstation unknown"},
    {"malware-capabilities",
     "accesses-remote-machines anti-debugging anti-disassembly anti-emulation anti-memory-forensics "
     "anti-sandbox anti-vm captures-input-peripherals captures-output-peripherals "
     "captures-system-state-data cleans-traces-of-infection commits-fraud communicates-with-c2 "
     "compromises-data-availability compromises-data-integrity compromises-system-availability "
     "controls-local-machine degrades-security-software degrades-system-updates determines-c2-server "
     "emails-spam escalates-privileges evades-av exfiltrates-data fingerprints-host hides-artifacts "
     "hides-executing-code infects-files infects-remote-machines installs-other-components "
     "persists-after-system-reboot prevents-artifact-access prevents-artifact-deletion "
     "probes-network-environment self-modifies steals-authentication-credentials "
     "violates-system-operational-integrity"},
    {"malware-result", "malicious suspicious benign unknown"},
    {"malware-type",
     "adware backdoor bot bootkit ddos downloader dropper exploit-kit keylogger ransomware "
     "remote-access-trojan resource-exploitation rogue-security-software rootkit screen-capture "
     "spyware trojan unknown virus webshell wiper worm"},
    {"network-socket-address-family",
     "AF_UNSPEC AF_INET AF_IPX AF_APPLETALK AF_NETBIOS AF_INET6 AF_IRDA AF_BTH"},
    {"network-socket-type", "SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET"},
    {"opinion", "strongly-disagree disagree neutral agree strongly-agree"},
    {"pattern-type", "stix pcre sigma snort suricata yara"},
    {"processor-architecture", "alpha arm ia-64 mips powerpc sparc x86 x86-64"},
    {"protocol-family", "PF_INET PF_IPX PF_APPLETALK PF_INET6 PF_AX25 PF_NETROM"},
    {"region",
     "africa eastern-africa middle-africa northern-africa southern-africa western-africa americas "
     "latin-america-caribbean south-america caribbean central-america northern-america asia "
     "central-asia eastern-asia southern-asia south-eastern-asia western-asia europe eastern-europe "
     "northern-europe southern-europe western-europe oceania antarctica australia-new-zealand "
     "melanesia micronesia polynesia"},
    {"report-type",
     "attack-pattern campaign identity indicator intrusion-set malware observed-data threat-actor "
     "threat-report tool vulnerability"},
    {"threat-actor-role",
     "agent director independent infrastructure-architect infrastructure-operator malware-author "
     "sponsor"},
    {"threat-actor-sophistication", "none minimal intermediate advanced expert innovator strategic"},
    {"threat-actor-type",
     "activist competitor crime-syndicate criminal hacker insider-accidental insider-disgruntled "
     "nation-state sensationalist spy terrorist unknown"},
    {"tool-type",
     "denial-of-service exploitation information-gathering network-capture credential-exploitation "
     "remote-access vulnerability-scanning unknown"},
    {"windows-integrity-level", "low medium high system"},
    {"windows-pebinary-type", "dll exe sys"},
    {"windows-registry-datatype",
     "REG_NONE REG_SZ REG_EXPAND_SZ REG_BINARY REG_DWORD REG_DWORD_BIG_ENDIAN REG_DWORD_LITTLE_ENDIAN "
     "REG_LINK REG_MULTI_SZ REG_RESOURCE_LIST REG_FULL_RESOURCE_DESCRIPTION "
     "REG_RESOURCE_REQUIREMENTS_LIST REG_QWORD REG_INVALID_TYPE"},
    {"windows-service-start-type",
     "SERVICE_AUTO_START SERVICE_BOOT_START SERVICE_DEMAND_START SERVICE_DISABLED SERVICE_SYSTEM_ALERT"},
    {"windows-service-status",
     "SERVICE_CONTINUE_PENDING SERVICE_PAUSE_PENDING SERVICE_PAUSED SERVICE_RUNNING "
     "SERVICE_START_PENDING SERVICE_STOP_PENDING SERVICE_STOPPED"},
    {"windows-service-type",
     "SERVICE_KERNEL_DRIVER SERVICE_FILE_SYSTEM_DRIVER SERVICE_WIN32_OWN_PROCESS "
     "SERVICE_WIN32_SHARE_PROCESS"},
});
static_assert(std::ranges::is_sorted(kVocabularies, {}, &VocabularyRow::name));

}  // namespace

std::string_view vocabulary(std::string_view name) {
    const auto found = std::ranges::lower_bound(kVocabularies, name, {}, &VocabularyRow::name);
    return found != kVocabularies.end() && found->name == name ? found->words : std::string_view();
}

bool has_word(std::string_view words, std::string_view word) {
    if (word.empty() || word.find(' ') != std::string_view::npos) return false;
    for (std::size_t at = words.find(word); at != std::string_view::npos; at = words.find(word, at + 1)) {
        const bool begins = at == 0 || words[at - 1] == ' ';
        const std::size_t end = at + word.size();
        if (begins && (end == words.size() || words[end] == ' ')) return true;
    }
    return false;
}

}  // namespace comity::intelligence
