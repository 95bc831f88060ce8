/** The left sides of an environment section, and what may stand on the right ones. */
class Variables {
  private final Build build

  Variables(Build build) { this.@build = build }

  void setProperty(String name, Object value) {
    Map env = this.@build.env
    if (value instanceof Map) {
      env[name] = "${value.user}:${value.password}" as String
      env[name + '_USR'] = value.user
      env[name + '_PSW'] = value.password
    } else {
      env[name] = value as String
    }
  }

  Object getProperty(String name) { name == 'env' ? this.@build.env : this.@build.env[name] }

  Object credentials(String id) { this.@build.credential(id) }
}
