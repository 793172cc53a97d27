package dev.onchange.examples.springboot;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;

/** Who may use the console of the change listeners: support looks, operators act. */
@Configuration
class ConsoleSecurity {

    @Bean
    SecurityFilterChain security(HttpSecurity http) throws Exception {
        return http.authorizeHttpRequests(requests -> requests.requestMatchers("/onchange/**")
                        .authenticated()
                        .anyRequest()
                        .denyAll())
                // the console protects its requests itself
                .csrf(csrf -> csrf.ignoringRequestMatchers("/onchange/**"))
                .httpBasic(Customizer.withDefaults())
                .build();
    }

    /** Yours come from where your users are. What may keep passwords hashes these first, which takes each request a tenth of a second. */
    @Bean
    UserDetailsService users() {
        InMemoryUserDetailsManager users = new InMemoryUserDetailsManager(
                User.withUsername("support")
                        .password("{noop}support")
                        .roles("ONCHANGE_READ")
                        .build(),
                User.withUsername("operator")
                        .password("{noop}operator")
                        .roles("ONCHANGE_OPERATE")
                        .build(),
                User.withUsername("cashier")
                        .password("{noop}cashier")
                        .roles("SHOP")
                        .build());
        return name -> users.loadUserByUsername(name);
    }
}
