// The Pulumi plugin for OpenStack: the Terraform provider under Pulumi's bridge, with the resources
// that the program uses. Their tokens are those of the npm package @pulumi/openstack.
package main

import (
	"strings"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
	"github.com/terraform-provider-openstack/terraform-provider-openstack/openstack"
)

// Of @pulumi/openstack; set by the linker.
var version string

// Pulumi's module and type, by the Terraform provider's name.
var resources = map[string][2]string{
	"openstack_compute_floatingip_associate_v2":    {"compute", "FloatingIpAssociate"},
	"openstack_compute_instance_v2":                {"compute", "Instance"},
	"openstack_compute_keypair_v2":                 {"compute", "Keypair"},
	"openstack_lb_l7policy_v2":                     {"loadbalancer", "L7PolicyV2"},
	"openstack_lb_l7rule_v2":                       {"loadbalancer", "L7RuleV2"},
	"openstack_lb_listener_v2":                     {"loadbalancer", "Listener"},
	"openstack_lb_loadbalancer_v2":                 {"loadbalancer", "LoadBalancer"},
	"openstack_lb_member_v2":                       {"loadbalancer", "Member"},
	"openstack_lb_members_v2":                      {"loadbalancer", "Members"},
	"openstack_lb_monitor_v2":                      {"loadbalancer", "Monitor"},
	"openstack_lb_pool_v2":                         {"loadbalancer", "Pool"},
	"openstack_networking_floatingip_associate_v2": {"networking", "FloatingIpAssociate"},
	"openstack_networking_floatingip_v2":           {"networking", "FloatingIp"},
	"openstack_networking_network_v2":              {"networking", "Network"},
	"openstack_networking_port_v2":                 {"networking", "Port"},
	"openstack_networking_router_interface_v2":     {"networking", "RouterInterface"},
	"openstack_networking_router_v2":               {"networking", "Router"},
	"openstack_networking_secgroup_rule_v2":        {"networking", "SecGroupRule"},
	"openstack_networking_secgroup_v2":             {"networking", "SecGroup"},
	"openstack_networking_subnet_v2":               {"networking", "Subnet"},
	"openstack_objectstorage_container_v1":         {"objectstorage", "Container"},
	"openstack_objectstorage_object_v1":            {"objectstorage", "ContainerObject"},
}

var dataSources = map[string][2]string{
	"openstack_compute_flavor_v2":     {"compute", "getFlavor"},
	"openstack_images_image_v2":       {"images", "getImage"},
	"openstack_networking_network_v2": {"networking", "getNetwork"},
	"openstack_networking_subnet_v2":  {"networking", "getSubnet"},
}

func main() {
	tfbridge.Main("openstack", version, bridged(), []byte("{}"))
}

func bridged() tfbridge.ProviderInfo {
	info := tfbridge.ProviderInfo{
		P:           shim.NewProvider(openstack.Provider()),
		Name:        "openstack",
		Version:     version,
		Resources:   map[string]*tfbridge.ResourceInfo{},
		DataSources: map[string]*tfbridge.DataSourceInfo{},
	}
	for name, token := range resources {
		info.Resources[name] = &tfbridge.ResourceInfo{Tok: tokens.Type(tokenOf(token))}
	}
	for name, token := range dataSources {
		info.DataSources[name] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember(tokenOf(token))}
	}
	// As the official plugin names what the program gives no name.
	info.SetAutonaming(255, "-")
	return info
}

// Such as openstack:compute/instance:Instance.
func tokenOf(token [2]string) string {
	module, name := token[0], token[1]
	return "openstack:" + module + "/" + strings.ToLower(name[:1]) + name[1:] + ":" + name
}
